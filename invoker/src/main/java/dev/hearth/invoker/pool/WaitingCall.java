package dev.hearth.invoker.pool;

/** A call that waits for the first container of its revision that comes free. */
final class WaitingCall {
    final CallKey key;
    final RevisionContainers revision;
    final long since;
    final Chain.Link<WaitingCall> place = new Chain.Link<>(this);
    /** False once the call was granted, failed, refused or cancelled. */
    boolean open = true;

    WaitingCall(CallKey key, RevisionContainers revision, long since) {
        this.key = key;
        this.revision = revision;
        this.since = since;
    }

    @Override
    public String toString() {
        return "call " + key;
    }
}
