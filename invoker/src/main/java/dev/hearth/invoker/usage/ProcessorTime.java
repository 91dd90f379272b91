package dev.hearth.invoker.usage;

/** How much of one container's processor time has been charged. */
public final class ProcessorTime {
    private long charged;
    private boolean unknown;

    /** An earlier life of the invoker has charged what came before the first look. */
    public void adopted() {
        unknown = true;
    }

    /** Microseconds that are to be charged now that so many were seen; looks may come in any order. */
    public long charge(long seen) {
        long more = unknown ? 0 : Math.max(0, seen - charged);
        charged = Math.max(charged, seen);
        unknown = false;
        return more;
    }
}
