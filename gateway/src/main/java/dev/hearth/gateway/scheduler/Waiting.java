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
    private final Map<FunctionName, FunctionQueue> functions = new HashMap<>();
    private final TreeSet<Call> deadlines = new TreeSet<>(Call::byDeadline);
    private final Parking parking = new Parking();
    private final Grounds grounds;
    /** No deadline in the queue is before this one. */
    private long earliest = Long.MAX_VALUE;

    Waiting(Grounds grounds) {
        this.grounds = grounds;
    }

    Parking parking() {
        return parking;
    }

    @Nullable
    RevisionQueue revision(RevisionId id) {
        return revisions.get(id);
    }

    /** The revision's queue, made if there is none. */
    RevisionQueue revisionOf(Ticket ticket) {
        RevisionQueue known = revisions.get(ticket.revision());
        RevisionQueue revision = known == null ? open(ticket) : known;
        boolean sameFunction = revision.function().name.equals(ticket.function());
        if (!revision.demand().equals(ticket.demand()) || !sameFunction) {
            throw new IllegalArgumentException(
                    "call " + ticket.id() + " differs in demand or function from others of revision " + revision.id());
        }
        return revision;
    }

    private RevisionQueue open(Ticket ticket) {
        FunctionQueue function = functions.computeIfAbsent(ticket.function(), FunctionQueue::new);
        function.revisions++;
        RevisionQueue opened = new RevisionQueue(
                ticket.revision(),
                function,
                ticket.demand(),
                grounds.enter(ticket.demand().needs()));
        revisions.put(ticket.revision(), opened);
        return opened;
    }

    void add(Call call) {
        call.revision.insert(call);
        deadlines.add(call);
        earliest = Math.min(earliest, call.ticket.deadline());
        call.revision.function().queued++;
        file(call.revision);
    }

    void remove(Call call) {
        call.revision.remove(call);
        deadlines.remove(call);
        call.revision.function().queued--;
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
            drop(revision);
        }
    }

    private void drop(RevisionQueue revision) {
        FunctionQueue function = revision.function();
        if (revisions.remove(revision.id(), revision)) {
            grounds.leave(revision.ground);
            if (--function.revisions == 0) {
                functions.remove(function.name);
            }
        }
    }

    /** The call with the earliest deadline, if that is over. */
    @Nullable
    Call overdue(long now) {
        if (earliest >= now) {
            return null;
        }
        Call first = deadlines.isEmpty() ? null : deadlines.first();
        earliest = first == null ? Long.MAX_VALUE : first.ticket.deadline();
        return earliest < now ? first : null;
    }

    int length() {
        return deadlines.size();
    }

    int length(FunctionName function) {
        FunctionQueue known = functions.get(function);
        return known == null ? 0 : known.queued;
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
        return functions.size();
    }
}
