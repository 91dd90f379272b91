package dev.hearth.invoker.docker;

import dev.hearth.common.units.Bytes;
import java.time.Instant;
import java.util.Map;

/**
 * What the engine knows of one container.
 *
 * @param name without the leading slash
 * @param user as given at creation
 * @param exitCode of its main process; 0 while it runs
 * @param outOfMemory whether its main process was killed for want of memory; a child's death does not show here
 * @param pid of its main process on the host; 0 when it does not run
 * @param memory limit of its memory cgroup
 */
public record InspectedContainer(
        String id,
        String name,
        String imageId,
        Map<String, String> labels,
        String user,
        ContainerState state,
        int exitCode,
        boolean outOfMemory,
        long pid,
        Bytes memory,
        Instant created) {
    public InspectedContainer {
        labels = Map.copyOf(labels);
    }
}
