package dev.hearth.gateway.scheduler;

import java.util.HashMap;
import java.util.Map;

/**
 * Namespaces take turns: while calls of several wait, each gets the same share of the starts, however many calls it has; within
 * a namespace, first come, first served.
 *
 * <p>Start-time fair queueing (Goyal, Vin, Cheng: SIGCOMM 1996), a start being the unit: a call's place is one start behind the call
 * before it of its namespace, or the place of the call that was placed last, whichever is later. So who has been idle saves nothing up
 * and is not made to wait for it, and a call keeps its place without looking at any other.
 */
final class FairShare implements Order {
    /** The lower bits tell calls of one place apart: more than there can be in the queue. */
    private static final int SEQUENCE_BITS = 24;

    private static final long START = 1L << SEQUENCE_BITS;
    /** Beyond so many, namespaces that have nothing to come are forgotten. */
    private static final int MANY = 1_024;

    private final Map<String, Long> next = new HashMap<>();
    private long begun;
    private long sequence;
    private int mostKept = MANY;

    @Override
    public long placeOf(Ticket ticket, long arrivedAt, long clock) {
        String namespace = ticket.function().namespace();
        long place = Math.max(begun, next.getOrDefault(namespace, 0L));
        next.put(namespace, place + START);
        if (next.size() > mostKept) {
            next.values().removeIf(turn -> turn <= begun);
            mostKept = Math.max(MANY, 2 * next.size());
        }
        return place | (sequence++ & (START - 1));
    }

    @Override
    public void began(long place) {
        begun = Math.max(begun, place & -START);
    }

    /** Namespaces that are remembered. */
    int known() {
        return next.size();
    }
}
