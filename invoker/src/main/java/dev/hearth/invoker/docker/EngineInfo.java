package dev.hearth.invoker.docker;

import dev.hearth.common.units.Bytes;

/**
 * What the engine says of itself.
 *
 * @param identity tells it from all other engines
 * @param version of the engine
 * @param apiVersion that Hearth speaks with it
 * @param cgroupVersion {@code 1} or {@code 2}
 * @param storageDriver for example {@code overlay2}
 * @param rootFolder where the engine keeps images
 * @param cores processors of the machine
 * @param memory RAM of the machine
 */
public record EngineInfo(
        String identity,
        String version,
        String apiVersion,
        String cgroupVersion,
        String storageDriver,
        String rootFolder,
        int cores,
        Bytes memory) {}
