package dev.hearth.invoker.runtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Means to kill whose clock and whose engine the test moves. */
final class FakeExecutioner implements Death.Executioner {
    static final long BRIDGE = 500;
    static final long GRACE = 5_000;
    static final long RETRY = 1_000;

    final List<Promise<Void>> kills = new ArrayList<>();
    final List<String> doubted = new ArrayList<>();
    private final List<Timer> timers = new ArrayList<>();
    private long now;

    private record Timer(long at, Runnable action) {}

    /** Lets time pass, with all that is due in it. */
    void pass(long millis) {
        long until = now + millis;
        for (Timer next = due(until); next != null; next = due(until)) {
            timers.remove(next);
            now = next.at();
            next.action().run();
        }
        now = until;
    }

    private @Nullable Timer due(long until) {
        return timers.stream()
                .filter(timer -> timer.at() <= until)
                .min(Comparator.comparingLong(Timer::at))
                .orElse(null);
    }

    @Override
    public void after(long millis, Runnable action) {
        timers.add(new Timer(now + millis, action));
    }

    @Override
    public Future<Void> kill(LiveContainer container) {
        Promise<Void> answer = Promise.promise();
        kills.add(answer);
        return answer.future();
    }

    @Override
    public long bridgeMillis() {
        return BRIDGE;
    }

    @Override
    public long graceMillis() {
        return GRACE;
    }

    @Override
    public long retryMillis() {
        return RETRY;
    }

    @Override
    public void unproven(LiveContainer container) {
        doubted.add("unproven");
    }

    @Override
    public void proven(LiveContainer container) {
        doubted.add("proven");
    }
}
