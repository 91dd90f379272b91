package dev.hearth.invoker.pool;

import dev.hearth.common.id.RevisionId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** The revisions that have a container or a waiting call on the node. */
final class Revisions {
    /** Late calls of a deleted revision come within seconds; far fewer than this are deleted meanwhile. */
    private static final int GONE_REMEMBERED = 1_024;

    /** Idle times are asked for every few seconds; far fewer revisions than this lose their last container meanwhile. */
    private static final int PAST_REMEMBERED = 10_000;

    private final List<IdleTime> past = new ArrayList<>();
    private final Map<RevisionId, RevisionContainers> present = new LinkedHashMap<>();
    private final SequencedSet<RevisionId> gone = new LinkedHashSet<>();

    @Nullable
    RevisionContainers find(RevisionId id) {
        return present.get(id);
    }

    RevisionContainers of(Demand demand) {
        RevisionContainers known = present.get(demand.revision());
        if (known != null) {
            return known;
        }
        RevisionContainers added = new RevisionContainers(demand);
        added.gone = gone.contains(demand.revision());
        present.put(demand.revision(), added);
        return added;
    }

    void forgetIfEmpty(@Nullable RevisionContainers revision) {
        if (revision != null && revision.live() == 0 && revision.waiting.isEmpty()) {
            present.remove(revision.demand.revision(), revision);
            keepIdleTime(revision);
        }
    }

    private void keepIdleTime(RevisionContainers revision) {
        if (revision.idleMillis > 0 && past.size() < PAST_REMEMBERED) {
            past.add(revision.takeIdleTime());
        }
    }

    /** The idle time of all, of those that were forgotten too, since it was asked for last. */
    List<IdleTime> takeIdleTimes() {
        List<IdleTime> times = new ArrayList<>(past);
        past.clear();
        present.values().stream()
                .filter(revision -> revision.idleMillis > 0)
                .map(RevisionContainers::takeIdleTime)
                .forEach(times::add);
        return times;
    }

    void markGone(RevisionId id) {
        gone.add(id);
        if (gone.size() > GONE_REMEMBERED) {
            gone.removeFirst();
        }
        RevisionContainers known = present.get(id);
        if (known != null) {
            known.gone = true;
        }
    }

    /** A copy, so that revisions may come and go while it is walked. */
    List<RevisionContainers> all() {
        return new ArrayList<>(present.values());
    }
}
