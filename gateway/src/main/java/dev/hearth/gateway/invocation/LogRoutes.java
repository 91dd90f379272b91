package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.LogReply;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** {@code /v1/invocations/{id}/logs}: what an invocation has written, or all that it writes until it ends. */
final class LogRoutes {
    private static final int MOST_ATTEMPTS = 1_000_000;

    private final InvocationRoutes records;
    private final InvocationRoutes.Sources all;
    private final LogFollowers followers;

    LogRoutes(InvocationRoutes records, InvocationRoutes.Sources all, LogFollowers followers) {
        this.records = records;
        this.all = all;
        this.followers = followers;
    }

    void addTo(Router router) {
        router.get("/v1/invocations/:id/logs").handler(this::logs);
    }

    private void logs(RoutingContext c) {
        try {
            InvocationId id = InvocationRoutes.parse(InvocationRoutes.id(c));
            Query query = Query.of(c.queryParams(), "follow", "attempt");
            int attempt = query.whole("attempt", 0, 1, MOST_ATTEMPTS);
            if (query.flag("follow")) {
                Following following = new Following(id);
                records.record(id)
                        .onComplete(
                                known -> followers.follow(c.request(), following::read),
                                failure -> ErrorAnswer.of(failure).send(c.request()));
                return;
            }
            records.record(id)
                    .compose(record -> whole(record, attempt))
                    .onComplete(
                            log -> new Reply(200, RecordJson.of(log), RecordJson.text(log)).send(c.request()),
                            failure -> ErrorAnswer.of(failure).send(c.request()));
        } catch (HearthException refused) {
            ErrorAnswer.of(refused).send(c.request());
        }
    }

    /** The log of an attempt, 0 for the last: that which is kept with its record, else what its node has. */
    private Future<LogReply> whole(InvocationRecord record, int attempt) {
        boolean ended = record.state() == InvocationState.DONE;
        boolean past = ended || (attempt != 0 && attempt != record.attempts());
        if (!record.async() || !past) {
            return all.logs().read(record, 0, true).map(log -> ended(log, ended));
        }
        return all.archive()
                .log(record.id(), attempt)
                .map(kept -> kept.orElse(new LogReply(false, true, 0, List.of())));
    }

    private static LogReply ended(LogReply log, boolean ended) {
        return new LogReply(log.known(), ended, log.dropped(), log.lines());
    }

    /** One client's way through the logs of an invocation's attempts, one after the other. */
    private final class Following {
        private final InvocationId id;
        private int attempt;
        private int before;

        Following(InvocationId id) {
            this.id = id;
        }

        Future<LogReply> read(int line, boolean unfinished) {
            return records.record(id).compose(record -> {
                if (record.attempts() != attempt) {
                    attempt = record.attempts();
                    before = line;
                }
                boolean ended = record.state() == InvocationState.DONE;
                Future<LogReply> log = record.async() && ended
                        ? whole(record, 0).map(kept -> from(kept, line - before))
                        : all.logs().read(record, line - before, unfinished);
                return log.map(found -> ended(found, ended));
            });
        }

        private LogReply from(LogReply log, int line) {
            List<LogReply.Line> lines = log.lines();
            return new LogReply(
                    log.known(), true, log.dropped(), lines.subList(Math.min(line, lines.size()), lines.size()));
        }
    }
}
