package dev.hearth.invoker.pool;

import dev.hearth.common.id.InvocationId;

/**
 * One attempt of an invocation, as the pool knows it.
 *
 * @param id the invocation
 * @param attempt 1, 2, 3...
 */
public record CallKey(InvocationId id, int attempt) {
    @Override
    public String toString() {
        return id + "#" + attempt;
    }
}
