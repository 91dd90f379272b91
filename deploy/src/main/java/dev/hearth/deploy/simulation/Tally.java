package dev.hearth.deploy.simulation;

import dev.hearth.common.invocation.StartKind;
import dev.hearth.invoker.pool.RemovalReason;
import java.util.EnumMap;
import java.util.Map;

/** Counts of what happened in a simulation. */
final class Tally {
    final MemoryTime memory = new MemoryTime();
    final Waits waits = new Waits();
    private final Waits coldWaits = new Waits();
    private final Map<RemovalReason, Long> removals = new EnumMap<>(RemovalReason.class);
    long arrived;
    long warm;
    long prewarmed;
    long cold;
    long ended;
    long expired;
    long rejected;
    long failed;
    long refusals;
    long created;
    long statuses;
    long fetches;
    long fetchedBytes;
    long imagesRemoved;
    int mostQueued;

    /** A call began after so long. */
    void began(StartKind start, long waitedMicros) {
        waits.add(waitedMicros);
        switch (start) {
            case WARM -> warm++;
            case PREWARMED -> prewarmed++;
            case COLD -> {
                cold++;
                coldWaits.add(waitedMicros);
            }
        }
    }

    Waits coldWaits() {
        return coldWaits;
    }

    void removed(RemovalReason reason) {
        removals.merge(reason, 1L, Long::sum);
    }

    long removals(RemovalReason reason) {
        return removals.getOrDefault(reason, 0L);
    }

    /** Calls that have come to their end. */
    long over() {
        return ended + expired + rejected + failed;
    }
}
