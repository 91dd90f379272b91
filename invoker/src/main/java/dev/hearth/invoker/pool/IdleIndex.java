package dev.hearth.invoker.pool;

import org.jspecify.annotations.Nullable;

/** Idle containers in the order in which an eviction policy gives them up. */
interface IdleIndex {
    void add(PooledContainer container);

    void remove(PooledContainer container);

    /** The next to go for what is still short; null when there is none that brings anything of it. */
    @Nullable
    PooledContainer next(Size shortage);

    int size();
}
