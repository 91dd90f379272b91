package dev.hearth.invoker.docker;

import dev.hearth.common.function.Contract;
import java.util.List;
import java.util.Optional;

/**
 * What the bridge starts in a container.
 *
 * @param command the image's own entry point and command
 * @param user {@code uid:gid}, or the image's own user; empty: the image names none
 * @param dialect what the program speaks when the bridge has to translate
 */
public record ContainerProgram(List<String> command, String user, Optional<Contract> dialect) {
    public ContainerProgram {
        command = List.copyOf(command);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a container needs a command: ENTRYPOINT or CMD of its image");
        }
    }

    /** A program that speaks frames, as a user of its own. */
    public static ContainerProgram ofRuntime(List<String> command, int uid) {
        if (uid < 1) {
            throw new IllegalArgumentException("a container would run as uid " + uid + ", must be 1 or more");
        }
        return new ContainerProgram(command, uid + ":" + uid, Optional.empty());
    }

    /** A program that others built, as the user that they built it for. */
    static ContainerProgram asBuilt(InspectedImage image, Contract dialect) {
        return new ContainerProgram(image.fullCommand(), image.user(), Optional.of(dialect));
    }

    /**
     * The program of an image.
     *
     * @param uid the container's user where the image's own does not hold
     */
    public static ContainerProgram of(InspectedImage image, Optional<Contract> contract, int uid) {
        return contract.filter(Contract::isDialect)
                .map(dialect -> asBuilt(image, dialect))
                .orElseGet(() -> ofRuntime(image.fullCommand(), uid));
    }
}
