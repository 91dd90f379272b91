package dev.hearth.invoker.pool;

import dev.hearth.common.invocation.StartKind;

/** Takes in the containers that an earlier life of the node left, or turns them away. */
final class Arrivals {
    private final Books books;
    private final Removals removals;
    private final Handover handover;

    Arrivals(Books books, Removals removals, Handover handover) {
        this.books = books;
        this.removals = removals;
        this.handover = handover;
    }

    /** One that holds the code of a revision. */
    void warm(ContainerId id, Demand demand, long now) {
        PooledContainer found = books.container(id, demand, StartKind.WARM);
        if (!books.ledger.room.fits(found.size)) {
            removals.turnAway(found, now);
            return;
        }
        found.revision = books.revisions.of(demand);
        books.ledger.enter(found, Phase.INITIALISING, now);
        handover.offer(found, StartKind.WARM, now);
    }

    /** A stem cell, of a class that may be unknown now. */
    void stem(ContainerId id, StemClass kind, long now) {
        PooledContainer found = books.container(id, kind, StartKind.PREWARMED);
        StemStock stock = books.stems.stockOf(kind).orElse(null);
        if (stock == null) {
            removals.turnAway(found, RemovalReason.SURPLUS_STEM, now);
        } else if (!books.ledger.room.fits(found.size)) {
            removals.turnAway(found, now);
        } else {
            found.stock = stock;
            books.ledger.enter(found, Phase.CREATING, now);
            handover.stemReady(found, stock, now);
            books.stems.adopt(stock);
        }
    }
}
