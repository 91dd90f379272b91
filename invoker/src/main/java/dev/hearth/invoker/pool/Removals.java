package dev.hearth.invoker.pool;

/** Takes containers out of the pool, one for a reason of its own or several to make room. */
final class Removals {
    private final Ledger ledger;
    private final Revisions revisions;
    private final IdleContainers idle;
    private final StemCells stems;
    private final Calls calls;
    private final Effects effects;

    Removals(Books books) {
        this.ledger = books.ledger;
        this.revisions = books.revisions;
        this.idle = books.idle;
        this.stems = books.stems;
        this.calls = books.calls;
        this.effects = books.effects;
    }

    /** The container gets no call any more; its room comes back when its removal is proven. */
    void retire(PooledContainer container, RemovalReason reason, long now) {
        switch (container.phase) {
            case IDLE -> idle.remove(container);
            case STEM -> stems.remove(container);
            case BUSY -> {
                calls.endAll(container);
                container.owner().withdraw(container);
            }
            case CREATING -> notStarting(container);
            case INITIALISING -> {}
            case PLANNED, QUEUED, REMOVING -> throw new IllegalStateException(container + " cannot be retired");
        }
        container.armed = false;
        container.cause = null;
        ledger.move(container, Phase.REMOVING, now);
        revisions.forgetIfEmpty(container.revision);
        effects.add(new PoolEffect.Remove(container.id, reason));
    }

    private static void notStarting(PooledContainer container) {
        if (container.stock != null) {
            container.stock.starting--;
        }
    }

    /** Whether the size fits once all at rest that must go is gone. */
    boolean canMakeRoom(Size size) {
        return ledger.room.evictable().covers(ledger.room.shortage(size));
    }

    /**
     * Evicts until the size fits once the victims are gone; nothing at all when they would not add up.
     *
     * @return whether there is room, now or then
     */
    boolean makeRoom(Size size, long now) {
        if (!canMakeRoom(size)) {
            return false;
        }
        Size shortage = ledger.room.shortage(size);
        while (!shortage.isNone()) {
            evictOne(shortage, now);
            shortage = ledger.room.shortage(size);
        }
        return true;
    }

    private void evictOne(Size shortage, long now) {
        // No stem cell has graphics processors, and who has some brings memory and scratch as well.
        PooledContainer surplus = shortage.gpus() > 0 ? null : stems.surplus();
        if (surplus != null) {
            retire(surplus, RemovalReason.SURPLUS_STEM, now);
            return;
        }
        retire(victim(shortage), reason(shortage), now);
    }

    private PooledContainer victim(Size shortage) {
        PooledContainer victim = idle.nextSpare(shortage);
        if (victim == null && shortage.gpus() == 0) {
            victim = stems.any();
        }
        if (victim == null) {
            victim = idle.nextKept(shortage);
        }
        if (victim == null) {
            throw new IllegalStateException("short of " + shortage + ", but nothing is at rest");
        }
        return victim;
    }

    /** Takes in a container that was found but has no place; at most what is free is reserved until it is gone. */
    void turnAway(PooledContainer found, RemovalReason reason, long now) {
        found.size = found.size.least(ledger.room.free());
        ledger.enter(found, Phase.REMOVING, now);
        effects.add(new PoolEffect.Remove(found.id, reason));
    }

    /** Turns away one that does not fit. */
    void turnAway(PooledContainer found, long now) {
        turnAway(found, reason(ledger.room.shortage(found.size)), now);
    }

    private static RemovalReason reason(Size shortage) {
        if (shortage.gpus() > 0) {
            return RemovalReason.EVICTED_GPUS;
        }
        return shortage.memory() > 0 ? RemovalReason.EVICTED_MEMORY : RemovalReason.EVICTED_SCRATCH;
    }
}
