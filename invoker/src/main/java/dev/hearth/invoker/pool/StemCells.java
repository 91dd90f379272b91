package dev.hearth.invoker.pool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stem cells of all classes; there are few classes, the smallest memory first.
 *
 * <p><b>Configured</b> classes stay. <b>Learned</b> ones are made by demand that none covers: after
 * {@link StemGrowth#learn} starts within one interval that a class would have spared, it is made with a base of nothing
 * and one cell wanted. At most {@link StemGrowth#classes} of them are wanted at one time: the one longest without use
 * makes way. One that is not wanted any more is forgotten with its last cell.
 *
 * <p><b>Growth takes nothing from others.</b> Cells are started with what calls leave over and evict nothing; those above
 * the base of their class are the first to go when a call needs room. Cells above what is wanted go one at each beat. None
 * is started before the first beat: until then containers of an earlier life are reported, and room that a new cell took
 * would be missing for a warm one.
 */
final class StemCells {
    private final StemGrowth growth;
    private final Uncovered uncovered;
    private final List<StemStock> stocks = new ArrayList<>();
    private boolean open;

    StemCells(PoolLimits limits) {
        this.growth = limits.growth();
        this.uncovered = new Uncovered(limits);
        limits.stemClasses().forEach(kind -> add(new StemStock(kind, false)));
    }

    private StemStock add(StemStock stock) {
        stocks.add(stock);
        stocks.sort(Comparator.comparing(one -> one.kind.memory()));
        return stock;
    }

    List<StemStock> stocks() {
        return Collections.unmodifiableList(stocks);
    }

    Optional<StemStock> stockOf(StemClass kind) {
        return stocks.stream().filter(stock -> stock.kind.sameCells(kind)).findFirst();
    }

    /** Classes made by demand that are still wanted. */
    int learned() {
        return (int) stocks.stream()
                .filter(stock -> stock.learned && !stock.isLeaving())
                .count();
    }

    /** Classes that demand may ask for one day. */
    int counted() {
        return uncovered.counted();
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

    /** A cell found from an earlier life rests. */
    void adopt(StemStock stock) {
        stock.inherit(growth.most());
    }

    /** A call takes the cell. */
    void take(PooledContainer cell, long now) {
        remove(cell);
        cell.stock().hit(now);
    }

    void remove(PooledContainer cell) {
        cell.group.unlink();
        cell.stock().tookOne();
    }

    /** A container of its own was started for the demand. */
    void missed(Demand demand, long now) {
        if (!demand.fromStemCell()) {
            return;
        }
        for (StemStock stock : stocks) {
            if (!stock.isLeaving() && stock.kind.covers(demand)) {
                stock.missed(growth.most(), now);
                return;
            }
        }
        StemClass needed = uncovered.count(demand);
        if (needed != null) {
            learn(needed, now);
        }
    }

    private void learn(StemClass kind, long now) {
        if (learned() >= growth.classes()) {
            stocks.stream()
                    .filter(stock -> stock.learned && !stock.isLeaving())
                    .min(Comparator.comparingLong(StemStock::lastUse))
                    .ifPresent(StemStock::giveUp);
        }
        // One of the same cells may still be on its way out.
        StemStock stock = stockOf(kind).orElseGet(() -> add(new StemStock(kind, true)));
        stock.missed(growth.most(), now);
    }

    /** Whether cells may be started: adoption is over. */
    boolean isOpen() {
        return open;
    }

    /** To be called at each beat, the first time after adoption: forgets what was not used for an interval. */
    void settle(long now) {
        open = true;
        long interval = growth.settle().toMillis();
        stocks.forEach(stock -> stock.settle(interval, now));
        stocks.removeIf(StemStock::isOver);
        uncovered.settle(now);
    }

    /** A cell above what is wanted. */
    @Nullable
    PooledContainer excess() {
        for (StemStock stock : stocks) {
            if (stock.deficit() < 0 && !stock.ready.isEmpty()) {
                return stock.ready.first();
            }
        }
        return null;
    }

    /** A cell above its class's base, of the class that has most of them. */
    @Nullable
    PooledContainer surplus() {
        StemStock chosen = null;
        for (StemStock stock : stocks) {
            boolean candidate = stock.baseDeficit() < 0 && !stock.ready.isEmpty();
            if (candidate && (chosen == null || stock.baseDeficit() < chosen.baseDeficit())) {
                chosen = stock;
            }
        }
        return chosen == null ? null : chosen.ready.first();
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

    /** Of the classes that may start now and whose cell fits into what is free: one short of its base, that lacks most. */
    @Nullable
    StemStock wanting(Room room, long now) {
        if (!open) {
            return null;
        }
        StemStock chosen = null;
        for (StemStock stock : stocks) {
            boolean better = chosen == null || goesBefore(stock, chosen);
            if (better && stock.mayStart(now) && room.fits(Size.of(stock.kind))) {
                chosen = stock;
            }
        }
        return chosen;
    }

    private static boolean goesBefore(StemStock one, StemStock other) {
        boolean base = one.baseDeficit() > 0;
        return base == other.baseDeficit() > 0 ? one.deficit() > other.deficit() : base;
    }
}
