package dev.hearth.invoker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The calls of a simulation: each ends exactly once, and those of one revision are granted in order of arrival. */
final class FakeCalls {
    enum End {
        RETURNED,
        DIED,
        REFUSED,
        FAILED,
        CANCELLED
    }

    private final Map<CallKey, Demand> waiting = new LinkedHashMap<>();
    private final Map<CallKey, Demand> running = new LinkedHashMap<>();
    private final Map<CallKey, End> ended = new LinkedHashMap<>();
    private int arrived;

    CallKey arrive(Demand demand) {
        CallKey call = Samples.call(++arrived);
        waiting.put(call, demand);
        return call;
    }

    boolean waits(CallKey call) {
        return waiting.containsKey(call);
    }

    boolean anyWaits() {
        return !waiting.isEmpty();
    }

    Demand grant(CallKey call) {
        assertThat(waiting).as("waiting calls").containsKey(call);
        Demand demand = Objects.requireNonNull(waiting.get(call));
        CallKey first = waiting.entrySet().stream()
                .filter(entry -> entry.getValue().equals(demand))
                .findFirst()
                .orElseThrow()
                .getKey();
        assertThat(call).as("the longest waiting call of %s", demand.label()).isEqualTo(first);
        waiting.remove(call);
        running.put(call, demand);
        return demand;
    }

    void endWaiting(CallKey call, End end) {
        assertThat(waiting.remove(call))
                .as("%s waited before it was %s", call, end)
                .isNotNull();
        end(call, end);
    }

    void endRunning(CallKey call, End end) {
        assertThat(running.remove(call)).as("%s ran before it %s", call, end).isNotNull();
        end(call, end);
    }

    private void end(CallKey call, End end) {
        assertThat(ended.put(call, end)).as("%s ended once", call).isNull();
    }

    long of(Demand demand) {
        return waiting.values().stream().filter(demand::equals).count()
                + running.values().stream().filter(demand::equals).count();
    }

    int open() {
        return waiting.size() + running.size();
    }

    int arrived() {
        return arrived;
    }

    Map<End, Integer> ends() {
        Map<End, Integer> counts = new EnumMap<>(End.class);
        ended.values().forEach(end -> counts.merge(end, 1, Integer::sum));
        return counts;
    }
}
