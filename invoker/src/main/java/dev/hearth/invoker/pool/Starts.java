package dev.hearth.invoker.pool;

import dev.hearth.common.invocation.StartKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue of containers that are decided but not yet created.
 *
 * <p>A container whose room is still held by others is planned; it becomes queued, in the order of decision, when what
 * is free covers it after all plans before it: no later one takes what an earlier one waits for. One whose image is on its
 * way is planned as well. Queued ones are created
 * first come, first served, at most maxStarts at once; stem cells only with what calls leave over.
 */
final class Starts {
    private final Books books;
    private final PoolLimits limits;
    private final Ledger ledger;
    private final StemCells stems;
    private final Effects effects;
    private final Chain<PooledContainer> planned = new Chain<>();
    private final Chain<PooledContainer> queued = new Chain<>();

    Starts(Books books) {
        this.books = books;
        this.limits = books.limits;
        this.ledger = books.ledger;
        this.stems = books.stems;
        this.effects = books.effects;
    }

    /** Decides a container for the revision; its room must be free or becoming free. */
    PooledContainer enqueue(RevisionContainers revision, long now) {
        PooledContainer container = books.container(ledger.nextId(), revision.demand, StartKind.COLD);
        container.revision = revision;
        // Should it vanish before the container is created, it is known for whom it is fetched again.
        container.image.wantedBy = revision.demand;
        boolean fits = isReady(container) && ledger.room.fits(container.size);
        ledger.enter(container, fits ? Phase.QUEUED : Phase.PLANNED, now);
        revision.queued.addLast(container.group);
        (fits ? queued : planned).addLast(container.order);
        return container;
    }

    /** Forgets a container that was decided but not created. */
    void drop(PooledContainer container) {
        container.group.unlink();
        container.order.unlink();
        ledger.remove(container);
    }

    /** Drops what was decided last for the revision. */
    void dropLatest(RevisionContainers revision) {
        PooledContainer latest = revision.queued.last();
        if (latest != null) {
            drop(latest);
        }
    }

    /** Drops what was decided for calls that found another container. */
    void dropSurplus(RevisionContainers revision) {
        while (!revision.queued.isEmpty() && revision.pending() > revision.needed()) {
            dropLatest(revision);
        }
    }

    /** Drops all that was decided for the revision. */
    void dropAll(RevisionContainers revision) {
        revision.queued.copy().forEach(this::drop);
    }

    /** The first in the queue that a cell of this class can stand in for. */
    @Nullable
    PooledContainer firstCovered(StemClass kind) {
        for (Chain<PooledContainer> chain : List.of(queued, planned)) {
            for (PooledContainer container : chain.copy()) {
                if (kind.covers(container.owner().demand)) {
                    return container;
                }
            }
        }
        return null;
    }

    /** Creates what may be created now for calls. */
    void run(long now) {
        if (books.images.hasWanted()) {
            books.images.admit();
        }
        if (!planned.isEmpty()) {
            admit(now);
        }
        PooledContainer next = queued.first();
        while (next != null && ledger.count(Phase.CREATING) < limits.maxStarts()) {
            next.group.unlink();
            next.order.unlink();
            ledger.move(next, Phase.CREATING, now);
            create(next, next.owner().demand);
            stems.missed(next.owner().demand, now);
            if (!isReady(next)) {
                // It vanished meanwhile: the engine will say so, and until then nobody waits for it any more.
                books.images.released(next.image);
            }
            next = queued.first();
        }
    }

    private static boolean isReady(PooledContainer container) {
        return container.image.state == ImageState.PRESENT;
    }

    /** A copy of the plans that wait for the image. */
    List<PooledContainer> waitingFor(StoredImage image) {
        return planned.copy().stream()
                .filter(container -> container.image == image)
                .toList();
    }

    private void admit(long now) {
        Size ahead = Size.NONE;
        for (PooledContainer container : planned.copy()) {
            if (isReady(container) && ledger.room.fitsBehind(ahead, container.size)) {
                container.order.unlink();
                ledger.move(container, Phase.QUEUED, now);
                queued.addLast(container.order);
            } else {
                ahead = ahead.plus(container.size);
            }
        }
    }

    /** Starts the stem cells that are wanted and lack, after the starts for calls, and evicts nothing for them. */
    void refill(long now) {
        while (!books.draining && queued.isEmpty() && ledger.count(Phase.CREATING) < limits.maxStarts()) {
            StemStock stock = stems.wanting(ledger.room, now);
            if (stock == null) {
                return;
            }
            PooledContainer cell = books.container(ledger.nextId(), stock.kind, StartKind.PREWARMED);
            cell.stock = stock;
            stock.starting++;
            ledger.enter(cell, Phase.CREATING, now);
            create(cell, stock.kind);
        }
    }

    private void create(PooledContainer container, Blueprint blueprint) {
        container.arrivals = container.image.arrivals;
        effects.add(new PoolEffect.Create(container.id, blueprint));
        effects.arm(container, limits.startPatience().toMillis());
    }

    int planned() {
        return planned.size();
    }

    int queued() {
        return queued.size();
    }
}
