package dev.hearth.invoker.pool;

import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The read side of the pool. */
final class PoolView {
    private final Books books;

    PoolView(Books books) {
        this.books = books;
    }

    PoolSnapshot snapshot() {
        Room room = books.ledger.room;
        Size reserved = room.used().plus(room.planned()).least(room.budget);
        return new PoolSnapshot(
                containers(),
                idle(),
                stems(),
                wanted(),
                new PoolSnapshot.Use(room.budget.memory(), reserved.memory()),
                new PoolSnapshot.Use(room.budget.scratch(), reserved.scratch()),
                new PoolSnapshot.Use(room.budget.gpus(), reserved.gpus()),
                new PoolSnapshot.Use(books.limits.slots(), books.calls.slotsUsed()),
                books.draining);
    }

    private Map<ContainerState, Integer> containers() {
        Map<ContainerState, Integer> counts = new EnumMap<>(ContainerState.class);
        for (Phase phase : Phase.values()) {
            counts.merge(phase.shown(), books.ledger.count(phase), Integer::sum);
        }
        return counts;
    }

    private Map<RevisionId, Integer> idle() {
        Map<RevisionId, Integer> counts = new LinkedHashMap<>();
        for (RevisionContainers revision : books.revisions.all()) {
            int places = revision.places();
            if (places > 0) {
                counts.put(revision.demand.revision(), places);
            }
        }
        return counts;
    }

    private Map<String, Integer> stems() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (StemStock stock : books.stems.stocks()) {
            if (!stock.ready.isEmpty()) {
                counts.merge(stock.kind.runtime(), stock.ready.size(), Integer::sum);
            }
        }
        return counts;
    }

    private Map<String, Integer> wanted() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        books.stems.stocks().forEach(stock -> counts.merge(stock.kind.runtime(), stock.wanted(), Integer::sum));
        return counts;
    }

    List<PoolSnapshot.Entry> listing() {
        return books.ledger.all().stream().map(PoolView::entry).toList();
    }

    private static PoolSnapshot.Entry entry(PooledContainer container) {
        return new PoolSnapshot.Entry(
                container.id,
                container.phase.shown(),
                container.runtime,
                container.revision == null ? "" : container.revision.demand.label(),
                new Bytes(container.size.memory()),
                container.calls,
                container.since);
    }
}
