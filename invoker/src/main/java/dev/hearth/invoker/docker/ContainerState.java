package dev.hearth.invoker.docker;

import java.util.Locale;

/** What the engine says a container is doing. */
public enum ContainerState {
    CREATED,
    RUNNING,
    EXITED,
    /** Paused, restarting, being removed or dead. */
    OTHER;

    static ContainerState of(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "created" -> CREATED;
            case "running" -> RUNNING;
            case "exited" -> EXITED;
            default -> OTHER;
        };
    }
}
