package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.RevisionId;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The queue: a FIFO per revision, the parked heads, and the deadlines of all that wait. */
final class Waiting {
    private final Map<RevisionId, RevisionQueue> revisions = new HashMap<>();
    private final Map<FunctionName, Integer> lengths = new HashMap<>();
    private final TreeSet<Call> deadlines = new TreeSet<>(Call::byDeadline);
    private final Parking parking = new Parking();

    Parking parking() {
        return parking;
    }

    @Nullable
    RevisionQueue revision(RevisionId id) {
        return revisions.get(id);
    }

    /** The revision's queue, made if there is none. */
    RevisionQueue revisionOf(Ticket ticket) {
        RevisionQueue revision = revisions.computeIfAbsent(
                ticket.revision(), id -> new RevisionQueue(id, ticket.function(), ticket.demand()));
        if (!revision.demand().equals(ticket.demand()) || !revision.function().equals(ticket.function())) {
            throw new IllegalArgumentException(
                    "call " + ticket.id() + " differs in demand or function from others of revision " + revision.id());
        }
        return revision;
    }

    void add(Call call) {
        call.revision.insert(call);
        deadlines.add(call);
        lengths.merge(call.revision.function(), 1, Integer::sum);
        file(call.revision);
    }

    void remove(Call call) {
        call.revision.remove(call);
        deadlines.remove(call);
        lengths.computeIfPresent(call.revision.function(), (same, length) -> length > 1 ? length - 1 : null);
        file(call.revision);
    }

    /** Parks the revision where its head and its cap say it belongs, or drops it when nothing is left of it. */
    void file(RevisionQueue revision) {
        Call head = revision.head();
        boolean park = head != null && !revision.capped();
        DemandClass parkedIn = revision.parkedIn;
        if (parkedIn != null && !(park && head != null && head.arrival == revision.parkedArrival)) {
            parking.unpark(revision, parkedIn);
        }
        if (park && head != null && revision.parkedIn == null) {
            parking.park(revision, head.arrival);
        }
        if (revision.unused()) {
            revisions.remove(revision.id());
        }
    }

    /** The call with the earliest deadline, if that is over. */
    @Nullable
    Call overdue(long now) {
        if (deadlines.isEmpty()) {
            return null;
        }
        Call first = deadlines.first();
        return first.ticket.deadline() < now ? first : null;
    }

    int length() {
        return deadlines.size();
    }

    int length(FunctionName function) {
        return lengths.getOrDefault(function, 0);
    }

    /** Time of arrival of the oldest call that waits; {@code now} when none does. */
    long oldestSince(long now) {
        long oldest = now;
        for (RevisionQueue revision : revisions.values()) {
            Call head = revision.head();
            oldest = head == null ? oldest : Math.min(oldest, head.since);
        }
        return oldest;
    }

    int countBefore(Call call) {
        return revisions.values().stream()
                .mapToInt(revision -> revision.countBefore(call.arrival))
                .sum();
    }

    int revisions() {
        return revisions.size();
    }

    int functions() {
        return lengths.size();
    }
}
