package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;

/**
 * One image that the pool knows.
 *
 * @param name the engine's id of it; a runtime's reference
 * @param size bytes that it is counted with
 * @param containers how many are here, whatever their state
 * @param lastUse on the clock that feeds the pool
 */
public record PoolImage(String name, Bytes size, ImageKind kind, ImageState state, int containers, long lastUse) {}
