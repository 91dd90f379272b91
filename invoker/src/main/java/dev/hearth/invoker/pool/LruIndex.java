package dev.hearth.invoker.pool;

import org.jspecify.annotations.Nullable;

/** The longest idle first. */
final class LruIndex implements IdleIndex {
    private final Chain<PooledContainer> order = new Chain<>();

    /** Constant time for a container that has just become idle; one that was idle before finds its old place. */
    @Override
    public void add(PooledContainer container) {
        PooledContainer before = order.last();
        while (before != null && before.idleOrder > container.idleOrder) {
            before = before.order.previous();
        }
        order.insertAfter(before == null ? null : before.order, container.order);
    }

    @Override
    public void remove(PooledContainer container) {
        container.order.unlink();
    }

    @Override
    public @Nullable PooledContainer next(Size shortage) {
        return order.first();
    }

    @Override
    public int size() {
        return order.size();
    }
}
