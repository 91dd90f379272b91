package dev.hearth.invoker;

import dev.hearth.common.units.Bytes;
import java.nio.file.Path;

/**
 * What a node's computed defaults are computed from.
 *
 * @param cores processors
 * @param memory RAM of the whole machine
 * @param freeDisk free space on the data folder's file system
 * @param nodeId the id kept in the data folder, or the one that will be
 * @param bridge the distribution's bridge
 */
public record Machine(int cores, Bytes memory, Bytes freeDisk, String nodeId, Path bridge) {
    /** That many per cent of the RAM, in whole MiB. */
    Bytes share(int percent) {
        return wholeMiB(memory.value() * percent / 100);
    }

    static Bytes wholeMiB(long bytes) {
        return Bytes.ofMiB(Math.max(0, bytes) >> 20);
    }
}
