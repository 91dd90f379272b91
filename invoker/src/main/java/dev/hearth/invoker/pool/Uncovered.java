package dev.hearth.invoker.pool;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the starts that a stem class would have spared, by class, and says when one is worth making. */
final class Uncovered {
    /** Classes counted at one time; far more than can be made, so that a rare one does not displace a frequent one. */
    static final int COUNTED = 64;

    private final StemGrowth growth;
    private final Size budget;
    private final Map<StemClass, Integer> starts = new LinkedHashMap<>();
    private boolean begun;
    private long began;

    Uncovered(PoolLimits limits) {
        this.growth = limits.growth();
        this.budget = limits.budget();
    }

    /** Counts a start for the demand; returns the class that it would have needed when that is worth making. */
    @Nullable
    StemClass count(Demand demand) {
        StemClass needed = StemClass.neededBy(demand, growth.fixed().contains(demand.runtime()));
        if (growth.most() == 0 || growth.classes() == 0 || !budget.covers(Size.of(needed))) {
            return null;
        }
        int count = starts.getOrDefault(needed, 0) + 1;
        // The latest to be counted stands last.
        starts.remove(needed);
        if (count >= growth.learn()) {
            return needed;
        }
        starts.put(needed, count);
        if (starts.size() > COUNTED) {
            starts.remove(starts.keySet().iterator().next());
        }
        return null;
    }

    /** Starts count for one interval. */
    void settle(long now) {
        if (!begun || now - began >= growth.settle().toMillis()) {
            begun = true;
            began = now;
            starts.clear();
        }
    }

    int counted() {
        return starts.size();
    }
}
