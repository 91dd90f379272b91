package dev.hearth.invoker.pool;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The smallest container that covers the shortage, else the largest.
 *
 * <p>Containers of equal size stand in one chain, the longest idle in front. There are few sizes, so that the cost does
 * not grow with the number of containers. Smallest and largest are meant in what is short: graphics
 * processors before memory, memory before scratch; where the first are short, who holds none is passed over.
 */
final class RamIndex implements IdleIndex {
    private static final Comparator<Size> BY_GPUS =
            Comparator.comparingLong(Size::gpus).thenComparing(Comparator.naturalOrder());
    private static final Comparator<Size> BY_SCRATCH =
            Comparator.comparingLong(Size::scratch).thenComparingLong(Size::memory);

    private final TreeMap<Size, LruIndex> bySize = new TreeMap<>();
    private int size;

    @Override
    public void add(PooledContainer container) {
        bySize.computeIfAbsent(container.size, _ -> new LruIndex()).add(container);
        size++;
    }

    @Override
    public void remove(PooledContainer container) {
        LruIndex equals = bySize.get(container.size);
        if (equals == null) {
            throw new IllegalStateException(container + " is not in the index");
        }
        equals.remove(container);
        if (equals.size() == 0) {
            bySize.remove(container.size);
        }
        size--;
    }

    @Override
    public @Nullable PooledContainer next(Size shortage) {
        Size chosen = smallestCovering(shortage);
        if (chosen == null) {
            chosen = largest(shortage);
        }
        LruIndex equals = chosen == null ? null : bySize.get(chosen);
        return equals == null ? null : equals.next(shortage);
    }

    private @Nullable Size smallestCovering(Size shortage) {
        Comparator<Size> order = shortage.gpus() > 0 ? BY_GPUS : BY_SCRATCH;
        Size best = null;
        for (Size candidate : bySize.tailMap(new Size(shortage.memory(), 0, 0)).keySet()) {
            if (candidate.covers(shortage)) {
                if (shortage.gpus() == 0 && shortage.memory() > 0) {
                    return candidate;
                }
                best = best == null || order.compare(candidate, best) < 0 ? candidate : best;
            }
        }
        return best;
    }

    private @Nullable Size largest(Size shortage) {
        if (shortage.gpus() > 0) {
            return bySize.keySet().stream()
                    .filter(one -> one.gpus() > 0)
                    .max(BY_GPUS)
                    .orElse(null);
        }
        if (shortage.memory() > 0 || bySize.isEmpty()) {
            Map.Entry<Size, LruIndex> last = bySize.lastEntry();
            return last == null ? null : last.getKey();
        }
        return bySize.keySet().stream().max(BY_SCRATCH).orElse(null);
    }

    @Override
    public int size() {
        return size;
    }
}
