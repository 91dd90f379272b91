package dev.hearth.invoker.pool;

import java.util.Locale;

/** Where a container stands, as people and the gateway see it. */
public enum ContainerState {
    /** Decided, created, started or loading its code. */
    STARTING,
    /** A started runtime without code. */
    STEM,
    /** Warm, without a call. */
    IDLE,
    /** Runs a call. */
    BUSY,
    /** On its way out, its room not yet given back. */
    REMOVING;

    private final String text = name().toLowerCase(Locale.ROOT);

    @Override
    public String toString() {
        return text;
    }
}
