package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.LogReply;
import dev.hearth.invoker.pool.CallKey;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Answers who asks for a log: at once while its attempt runs, else behind the attempt's last lines. */
final class LogDesk {
    private final Fleet fleet;
    private final InvocationLogs logs;
    private final Duration patience;

    /**
     * Over these logs.
     *
     * @param patience how long last lines are waited for; without them the answer says that it is not complete
     */
    LogDesk(Fleet fleet, InvocationLogs logs, Duration patience) {
        this.fleet = fleet;
        this.logs = logs;
        this.patience = patience;
    }

    Future<LogReply> read(LogQuery query) {
        CallKey attempt = new CallKey(query.id(), query.attempt());
        if (fleet.attempt(attempt) != null) {
            return Future.succeededFuture(logs.read(query, false));
        }
        return fleet.lastLines(attempt)
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .transform(in -> Future.succeededFuture(logs.read(query, in.succeeded())));
    }
}
