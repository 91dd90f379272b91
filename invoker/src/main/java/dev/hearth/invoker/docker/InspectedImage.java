package dev.hearth.invoker.docker;

import dev.hearth.common.units.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * How an image starts.
 *
 * @param id the engine's id, {@code sha256:...}
 * @param size bytes of all its layers, shared ones included
 * @param entrypoint its ENTRYPOINT; empty without one
 * @param command its CMD; empty without one
 * @param environment its variables as {@code NAME=value}
 * @param workingFolder its WORKDIR; empty without one
 * @param user its USER; empty without one, which means root
 */
public record InspectedImage(
        String id,
        Bytes size,
        List<String> entrypoint,
        List<String> command,
        List<String> environment,
        String workingFolder,
        String user) {
    public InspectedImage {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = List.copyOf(environment);
    }

    /** What a container of it runs: entry point and command together. */
    public List<String> fullCommand() {
        List<String> all = new ArrayList<>(entrypoint);
        all.addAll(command);
        return all;
    }
}
