package dev.hearth.invoker.pool;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls that run in one container; the usual one at a time costs no map. */
final class Leases {
    private @Nullable Lease only;
    private @Nullable Map<CallKey, Lease> others;
    private int blocked;

    /** One call's right to its container. */
    static final class Lease {
        final CallKey call;
        final long since;
        /** It waits for a nested call and takes no slot. */
        private boolean blocked;

        Lease(CallKey call, long since) {
            this.call = call;
            this.since = since;
        }
    }

    int size() {
        return (only == null ? 0 : 1) + (others == null ? 0 : others.size());
    }

    /** How many of them wait for a nested call. */
    int blocked() {
        return blocked;
    }

    void add(CallKey call, long now) {
        Lease lease = new Lease(call, now);
        if (only == null) {
            only = lease;
            return;
        }
        if (others == null) {
            others = new HashMap<>();
        }
        others.put(call, lease);
    }

    @Nullable
    Lease find(CallKey call) {
        Lease one = only;
        if (one != null && one.call.equals(call)) {
            return one;
        }
        return others == null ? null : others.get(call);
    }

    void remove(Lease lease) {
        block(lease, false);
        if (lease == only) {
            only = null;
        } else if (others != null) {
            others.remove(lease.call);
        }
    }

    /** Whether that changed anything. */
    boolean block(Lease lease, boolean now) {
        boolean changes = lease.blocked != now;
        if (changes) {
            lease.blocked = now;
            blocked += now ? 1 : -1;
        }
        return changes;
    }

    void clear() {
        only = null;
        others = null;
        blocked = 0;
    }
}
