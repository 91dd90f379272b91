package dev.hearth.invoker.docker;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;

/**
 * One line of the engine's list of containers.
 *
 * @param id the engine's id
 * @param name without the leading slash
 * @param imageId the engine's id of its image
 * @param exitCode when it has ended; whether memory was why stands only in {@link InspectedContainer}
 */
public record ListedContainer(
        String id,
        String name,
        String imageId,
        Map<String, String> labels,
        ContainerState state,
        OptionalInt exitCode,
        Instant created) {
    public ListedContainer {
        labels = Map.copyOf(labels);
    }
}
