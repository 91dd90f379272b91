package dev.hearth.invoker.pool;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stem cells of all classes; there are few classes, the smallest memory first. */
final class StemCells {
    final List<StemStock> stocks;

    StemCells(List<StemClass> classes) {
        this.stocks = classes.stream()
                .sorted(Comparator.comparing(StemClass::memory))
                .map(StemStock::new)
                .toList();
    }

    Optional<StemStock> stockOf(StemClass kind) {
        return stocks.stream().filter(stock -> stock.kind.sameCells(kind)).findFirst();
    }

    /** A ready cell of the smallest class that covers the demand and has one. */
    @Nullable
    PooledContainer best(Demand demand) {
        if (!demand.fromStemCell()) {
            return null;
        }
        for (StemStock stock : stocks) {
            PooledContainer cell = stock.ready.last();
            if (cell != null && stock.kind.covers(demand)) {
                return cell;
            }
        }
        return null;
    }

    void add(PooledContainer cell, StemStock stock) {
        stock.ready.addLast(cell.group);
    }

    void remove(PooledContainer cell) {
        cell.group.unlink();
    }

    /** A cell above its class's target. */
    @Nullable
    PooledContainer surplus() {
        for (StemStock stock : stocks) {
            if (stock.deficit() < 0 && !stock.ready.isEmpty()) {
                return stock.ready.first();
            }
        }
        return null;
    }

    /** Any cell, of the class that has most. */
    @Nullable
    PooledContainer any() {
        StemStock fullest = null;
        for (StemStock stock : stocks) {
            if (fullest == null || stock.ready.size() > fullest.ready.size()) {
                fullest = stock;
            }
        }
        return fullest == null ? null : fullest.ready.first();
    }

    /** The class that lacks most of those that may start now and whose cell fits into what is free. */
    @Nullable
    StemStock wanting(Room room, long now) {
        StemStock chosen = null;
        for (StemStock stock : stocks) {
            boolean worse = chosen != null && stock.deficit() <= chosen.deficit();
            if (!worse && stock.mayStart(now) && room.fits(Size.of(stock.kind))) {
                chosen = stock;
            }
        }
        return chosen;
    }
}
