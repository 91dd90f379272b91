package dev.hearth.invoker.pool;

import org.jspecify.annotations.Nullable;

/** The longest idle first; where graphics processors are short, of those that hold some. */
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
        PooledContainer first = order.first();
        while (shortage.gpus() > 0 && first != null && first.size.gpus() == 0) {
            first = first.order.next();
        }
        return first;
    }

    @Override
    public int size() {
        return order.size();
    }
}
