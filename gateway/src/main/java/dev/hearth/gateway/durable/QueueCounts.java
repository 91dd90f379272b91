package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many asynchronous invocations have not ended, in all and by function, and how many may be. */
final class QueueCounts {
    private final int most;
    private final int mostOfOne;
    private final Map<FunctionName, Integer> functions = new HashMap<>();
    private int all;

    QueueCounts(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    void add(FunctionName function, int count) {
        functions.merge(function, count, Integer::sum);
        all += count;
    }

    void remove(FunctionName function) {
        functions.computeIfPresent(function, (name, count) -> count > 1 ? count - 1 : null);
        all--;
    }

    void clear() {
        functions.clear();
        all = 0;
    }

    int all() {
        return all;
    }

    int of(FunctionName function) {
        return functions.getOrDefault(function, 0);
    }

    /** Why no more of that function can be taken; null when one can. */
    @Nullable
    HearthException refusal(FunctionName function) {
        if (all >= most) {
            return full(all + " asynchronous invocations have not ended", "async.queue");
        }
        int queued = of(function);
        return queued >= mostOfOne
                ? full(
                        queued + " asynchronous invocations of " + function + " have not ended",
                        "async.queue-per-function")
                : null;
    }

    private static HearthException full(String what, String setting) {
        return new HearthException(ErrorCode.TOO_MANY_REQUESTS, what + ", no more may wait (" + setting + ")");
    }
}
