package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.LogReply;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** {@code /v1/invocations/{id}/logs}: what an invocation has written, or all that it writes until it ends. */
final class LogRoutes {
    private final Vertx vertx;
    private final InvocationRoutes records;
    private final LogFollowers followers;

    LogRoutes(Vertx vertx, InvocationRoutes records, LogFollowers followers) {
        this.vertx = vertx;
        this.records = records;
        this.followers = followers;
    }

    void addTo(Router router) {
        router.get("/v1/invocations/:id/logs").handler(this::logs);
    }

    private void logs(RoutingContext c) {
        try {
            String id = InvocationRoutes.id(c);
            if (Query.of(c.queryParams(), "follow").flag("follow")) {
                records.record(id)
                        .onComplete(
                                known ->
                                        followers.follow(c.request(), (from, unfinished) -> read(id, from, unfinished)),
                                failure -> ErrorAnswer.of(failure).send(c.request()));
                return;
            }
            read(id, 0, true)
                    .onComplete(
                            log -> new Reply(200, RecordJson.of(log), RecordJson.text(log)).send(c.request()),
                            failure -> ErrorAnswer.of(failure).send(c.request()));
        } catch (HearthException refused) {
            ErrorAnswer.of(refused).send(c.request());
        }
    }

    private Future<LogReply> read(String id, int from, boolean unfinished) {
        return records.record(id).compose(record -> {
            boolean ended = record.state() == InvocationState.DONE;
            if (record.node().isEmpty()) {
                return Future.succeededFuture(new LogReply(false, ended, 0, List.of()));
            }
            LogQuery query = new LogQuery(record.id(), record.attempts(), from, unfinished);
            return vertx.eventBus()
                    .<BusMessage>request(BusAddress.invoker(record.node()), query, BusCodec.options())
                    .map(answer -> ended(answer.body(), ended))
                    .recover(gone -> Future.failedFuture(new HearthException(
                            ErrorCode.NODE_LOST,
                            "the log of invocation " + record.id() + " is on node " + record.node()
                                    + ", which does not answer: " + gone.getMessage())));
        });
    }

    private static LogReply ended(BusMessage answer, boolean ended) {
        return answer instanceof LogReply log
                ? new LogReply(log.known(), ended, log.dropped(), log.lines())
                : new LogReply(false, ended, 0, List.of());
    }
}
