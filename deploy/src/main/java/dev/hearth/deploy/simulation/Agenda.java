package dev.hearth.deploy.simulation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The virtual clock: what is to happen, in order of time, and what is due at one time in the order in which it was entered.
 *
 * <p>A binary heap over parallel arrays; a day of a large cluster is some hundred million events.
 */
final class Agenda {
    private static final int FIRST_SIZE = 1_024;

    private long[] times = new long[FIRST_SIZE];
    private long[] orders = new long[FIRST_SIZE];
    private @Nullable Runnable[] actions = new Runnable[FIRST_SIZE];
    private int size;
    private long now;
    private long entered;
    private long played;

    /** Microseconds since the start. */
    long now() {
        return now;
    }

    /** The same in milliseconds, the clock of scheduler and pools. */
    long millis() {
        return now / 1_000;
    }

    /** How much has happened. */
    long played() {
        return played;
    }

    void after(long micros, Runnable action) {
        at(now + micros, action);
    }

    /** A time that is over means now. */
    void at(long micros, Runnable action) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            actions = Arrays.copyOf(actions, 2 * size);
        }
        long time = Math.max(now, micros);
        long order = entered++;
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            // The newcomer has the highest order, so that it stays behind its equals.
            if (times[parent] <= time) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, time, order, action);
    }

    /** Lets what is next happen; false when there is nothing more. */
    boolean playNext() {
        Runnable first = actions[0];
        if (size == 0 || first == null) {
            return false;
        }
        now = times[0];
        removeFirst();
        played++;
        first.run();
        return true;
    }

    private void removeFirst() {
        int last = --size;
        long time = times[last];
        long order = orders[last];
        Runnable action = actions[last];
        actions[last] = null;
        if (last > 0 && action != null) {
            put(sink(time, order), time, order, action);
        }
    }

    /** Moves the smaller children up from the top until the last one fits in, and tells where that is. */
    private int sink(long time, long order) {
        int hole = 0;
        for (int child = 1; child < size; child = 2 * hole + 1) {
            int other = child + 1;
            if (other < size && before(other, times[child], orders[child])) {
                child = other;
            }
            if (!before(child, time, order)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        return hole;
    }

    private boolean before(int place, long time, long order) {
        return times[place] < time || (times[place] == time && orders[place] < order);
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        actions[to] = actions[from];
    }

    private void put(int place, long time, long order, Runnable action) {
        times[place] = time;
        orders[place] = order;
        actions[place] = action;
    }
}
