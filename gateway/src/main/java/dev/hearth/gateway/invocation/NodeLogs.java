package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.LogReply;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.List;

/** Asks nodes for the logs of attempts that ran there. */
public final class NodeLogs {
    private static final long AGAIN_MILLIS = 20;

    private final Vertx vertx;
    private final Duration patience;

    /**
     * Nothing is asked yet.
     *
     * @param patience how long a node may take to answer, and the last lines of an attempt to come
     */
    public NodeLogs(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    /** The lines of the record's last attempt from this one on. */
    Future<LogReply> read(InvocationRecord record, int from, boolean unfinished) {
        if (record.node().isEmpty()) {
            return Future.succeededFuture(new LogReply(false, true, 0, List.of()));
        }
        LogQuery query = new LogQuery(record.id(), record.attempts(), from, unfinished);
        DeliveryOptions options = new DeliveryOptions(BusCodec.options()).setSendTimeout(patience.toMillis());
        return vertx.eventBus()
                .<BusMessage>request(BusAddress.invoker(record.node()), query, options)
                .map(answer -> answer.body() instanceof LogReply log ? log : new LogReply(false, true, 0, List.of()))
                .recover(gone -> Future.failedFuture(new HearthException(
                        ErrorCode.NODE_LOST,
                        "the log of invocation " + record.id() + " is on node " + record.node()
                                + ", which does not answer: " + gone.getMessage())));
    }

    /** The whole log of an attempt that has ended, its last lines included if they come in time. */
    public Future<LogReply> whole(InvocationRecord record) {
        Promise<LogReply> whole = Promise.promise();
        whole(record, System.nanoTime() + patience.toNanos(), whole);
        return whole.future();
    }

    private void whole(InvocationRecord record, long until, Promise<LogReply> whole) {
        read(record, 0, true)
                .onComplete(
                        log -> {
                            if (log.ended() || !log.known() || System.nanoTime() - until > 0) {
                                whole.complete(log);
                            } else {
                                vertx.setTimer(AGAIN_MILLIS, ignored -> whole(record, until, whole));
                            }
                        },
                        whole::fail);
    }
}
