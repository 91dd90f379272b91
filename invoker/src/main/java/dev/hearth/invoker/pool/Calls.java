package dev.hearth.invoker.pool;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls that wait for a container, and the slots that waiting and running ones take. */
final class Calls {
    private final Map<CallKey, WaitingCall> waiting = new HashMap<>();
    private final Set<RevisionContainers> revisions = new LinkedHashSet<>();
    private int running;
    private int blocked;

    @Nullable
    WaitingCall find(CallKey key) {
        return waiting.get(key);
    }

    /** Can exceed the slots when calls come back from nested ones: nothing that runs is stopped for it. */
    int slotsUsed() {
        return waiting.size() + running - blocked;
    }

    WaitingCall await(CallKey key, RevisionContainers revision, long now) {
        WaitingCall call = new WaitingCall(key, revision, now);
        waiting.put(key, call);
        revision.waiting.addLast(call.place);
        revisions.add(revision);
        return call;
    }

    /** The call waits no longer, for whatever reason. */
    void leave(WaitingCall call) {
        call.open = false;
        call.place.unlink();
        waiting.remove(call.key);
        if (call.revision.waiting.isEmpty()) {
            revisions.remove(call.revision);
        }
    }

    /** The call runs in the container from now on. */
    void begin(PooledContainer container, CallKey call, long now) {
        container.leases.add(call, now);
        running++;
    }

    /** It runs there no longer. */
    void end(PooledContainer container, Leases.Lease lease) {
        block(container, lease, false);
        container.leases.remove(lease);
        running--;
    }

    /** All calls in the container are over. */
    void endAll(PooledContainer container) {
        Leases leases = container.leases;
        running -= leases.size();
        blocked -= leases.blocked();
        container.owner().blocked -= leases.blocked();
        leases.clear();
    }

    void block(PooledContainer container, Leases.Lease lease, boolean nowBlocked) {
        if (container.leases.block(lease, nowBlocked)) {
            int change = nowBlocked ? 1 : -1;
            blocked += change;
            container.owner().blocked += change;
        }
    }

    int waiting() {
        return waiting.size();
    }

    /** A copy of the revisions whose calls wait, the first to wait in front, so that calls may leave while it is walked. */
    List<RevisionContainers> waitingRevisions() {
        return List.copyOf(revisions);
    }
}
