package dev.hearth.invoker.runtime;

/** Counts what the kernel killed in a container for want of memory, so that no call is blamed for a kill before it. */
final class MemoryKills {
    /** Of calls that are over; what comes above it is the current call's. */
    private long before;

    private long seen;

    /** A count came from the bridge: of the call that runs, or of none that runs any more. */
    void saw(long kills, boolean ofCurrent) {
        seen = Math.max(seen, kills);
        if (!ofCurrent) {
            before = seen;
        }
    }

    /** The call is over: what was seen is not the next one's. */
    void callEnds() {
        before = seen;
    }

    long beforeCurrent() {
        return before;
    }
}
