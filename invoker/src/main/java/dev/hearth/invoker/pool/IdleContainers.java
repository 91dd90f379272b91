package dev.hearth.invoker.pool;

import org.jspecify.annotations.Nullable;

/** The idle containers of all revisions, ordered for reuse (last in, first out) and for eviction. */
final class IdleContainers {
    private final IdleIndex spare;
    private final IdleIndex kept;
    private long order;

    IdleContainers(EvictionPolicy policy) {
        this.spare = policy.newIndex();
        this.kept = policy.newIndex();
    }

    void add(PooledContainer container) {
        container.idleOrder = ++order;
        RevisionContainers revision = container.owner();
        if (revision.keepsNone()) {
            revision.spare.addLast(container.group);
            spare.add(container);
        } else {
            keep(container, revision);
        }
    }

    private void keep(PooledContainer container, RevisionContainers revision) {
        container.kept = true;
        revision.kept.addLast(container.group);
        kept.add(container);
    }

    void remove(PooledContainer container) {
        container.group.unlink();
        if (!container.kept) {
            spare.remove(container);
            return;
        }
        container.kept = false;
        kept.remove(container);
        RevisionContainers revision = container.owner();
        PooledContainer heir = revision.spare.first();
        if (heir != null) {
            heir.group.unlink();
            spare.remove(heir);
            keep(heir, revision);
        }
    }

    /** The next that goes for the shortage and is not one of its revision's minWarm. */
    @Nullable
    PooledContainer nextSpare(Size shortage) {
        return spare.next(shortage);
    }

    /** The next that goes for the shortage of those that minWarm protects. */
    @Nullable
    PooledContainer nextKept(Size shortage) {
        return kept.next(shortage);
    }

    int spares() {
        return spare.size();
    }

    int kept() {
        return kept.size();
    }
}
