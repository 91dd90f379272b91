package dev.hearth.invoker.runtime;

import dev.hearth.invoker.pool.CallKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a container ran last, by their numbers in it: whose the lines are that its bridge sends.
 *
 * <p>Calls are numbered 1, 2, 3... on both sides. Results and lines come over two connections. A call ends by its result, and so may the calls after it, before the
 * event loop reads the lines that stood in the other connection all the while.
 */
final class RecentCalls {
    /** More calls than end in one pass over the connections of one container. */
    private static final int KEPT = 8;

    private final @Nullable CallKey[] calls = new CallKey[KEPT];
    private final long[] numbers = new long[KEPT];

    void began(long number, CallKey call) {
        int place = place(number);
        calls[place] = call;
        numbers[place] = number;
    }

    /** The call with that number, if it is one of the last. */
    @Nullable
    CallKey find(long number) {
        int place = place(number);
        return numbers[place] == number ? calls[place] : null;
    }

    /** Whether it is one of the last. */
    boolean holds(CallKey call) {
        return Arrays.asList(calls).contains(call);
    }

    private static int place(long number) {
        return (int) Math.floorMod(number, (long) KEPT);
    }
}
