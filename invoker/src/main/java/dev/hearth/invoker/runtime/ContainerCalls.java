package dev.hearth.invoker.runtime;

import dev.hearth.invoker.pool.CallKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls of one container by their numbers in it, which count on from 1 on both sides. */
final class ContainerCalls {
    private final Map<Long, ContainerCall> running = new LinkedHashMap<>();
    private final RecentCalls recent = new RecentCalls();
    private long last;
    private int together;

    /** Calls of an earlier life of the invoker are over. */
    void countFrom(long completed) {
        last = completed;
    }

    ContainerCall begin(Attempt attempt) {
        ContainerCall call = new ContainerCall(++last, attempt);
        running.put(call.number, call);
        recent.began(call.number, attempt.key);
        together++;
        return call;
    }

    void end(ContainerCall call) {
        running.remove(call.number);
        if (running.isEmpty()) {
            together = 0;
        }
    }

    @Nullable
    ContainerCall find(long number) {
        return running.get(number);
    }

    @Nullable
    ContainerCall of(Attempt attempt) {
        ContainerCall call = running.get(attempt.number());
        return call != null && call.attempt == attempt ? call : null;
    }

    /** Whose line it is that came with the number; nobody's that is known is null. */
    @Nullable
    CallKey author(long number) {
        ContainerCall call = running.get(number);
        return call == null ? recent.find(number) : call.attempt.key;
    }

    /** Whether it is one of the last that ran, or runs. */
    boolean ranLately(CallKey call) {
        return recent.holds(call);
    }

    boolean none() {
        return running.isEmpty();
    }

    /** Calls that ran since the container was last at rest; 1 or more. */
    int together() {
        return Math.max(1, together);
    }

    /** A copy, in the order in which they began, of those whose number is above that one. */
    List<ContainerCall> after(long number) {
        return running.values().stream().filter(call -> call.number > number).toList();
    }

    List<ContainerCall> all() {
        return List.copyOf(running.values());
    }
}
