package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.TextTable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code /v1/invocations}: records, newest first; the end of one, awaited or asked for. */
public final class InvocationRoutes {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 1000;

    private final Sources all;
    private final LogFollowers followers;
    private final Duration waitMost;

    /**
     * Where records are.
     *
     * @param context the calls' event loop
     */
    record Sources(Vertx vertx, Context context, Calls calls, Archive archive, NodeLogs logs, WaitRoutes waits) {}

    InvocationRoutes(Sources sources, CallSettings settings, Duration waitMost) {
        this.all = sources;
        this.followers = new LogFollowers(sources.vertx(), settings.followBeat(), settings.followers());
        this.waitMost = waitMost;
    }

    public void addTo(Router router) {
        all.waits().addTo(router);
        router.get("/v1/invocations").handler(c -> answer(c, this::list, LISTING));
        router.get("/v1/invocations/:id").handler(c -> answer(c, query -> describe(c, query), "wait"));
        router.delete("/v1/invocations/:id").handler(c -> answer(c, query -> cancel(c)));
        new LogRoutes(this, all, followers).addTo(router);
    }

    private static final String[] LISTING = {"function", "state", "outcome", "async", "limit", "before"};

    static String id(RoutingContext c) {
        return Objects.requireNonNullElse(c.pathParam("id"), "");
    }

    /** Answers a request with what the handler makes of its parameters. */
    public static void answer(RoutingContext c, Function<Query, Future<Reply>> handler, String... parameters) {
        Future<Reply> reply;
        try {
            reply = handler.apply(Query.of(c.queryParams(), parameters));
        } catch (HearthException refused) {
            reply = Future.failedFuture(refused);
        }
        reply.onComplete(
                done -> done.send(c.request()),
                failure -> ErrorAnswer.of(failure).send(c.request()));
    }

    private Future<Reply> describe(RoutingContext c, Query query) {
        InvocationId id = parse(id(c));
        Optional<Duration> wait = query.duration("wait", waitMost, "gateway.wait-max");
        return wait.map(time -> all.waits().end(id, time, c.request()))
                .orElse(Future.succeededFuture())
                .compose(ignored -> described(id));
    }

    private Future<Reply> described(InvocationId id) {
        return record(id).compose(record -> {
            JsonObject json = RecordJson.of(record);
            return record.async()
                    ? all.archive()
                            .more(record)
                            .map(more -> new Reply(200, json.mergeIn(more), RecordText.of(record, more)))
                    : Future.succeededFuture(new Reply(200, json, RecordText.of(record, new JsonObject())));
        });
    }

    /** Answers when it has ended, which may be with the outcome that it had already. */
    private Future<Reply> cancel(RoutingContext c) {
        InvocationId id = parse(id(c));
        return record(id).compose(record -> {
            if (!record.outcome().isEmpty()) {
                return described(id);
            }
            Future<Boolean> here = record.async() ? Future.succeededFuture(false) : ask(calls -> calls.cancel(id));
            return here.compose(done -> done
                            ? Future.succeededFuture(true)
                            : onLoop(() -> all.archive().cancel(id)))
                    .compose(ignored -> all.waits().end(id, waitMost, c.request()))
                    .compose(ignored -> described(id));
        });
    }

    /**
     * Reads an id.
     *
     * @throws HearthException INVALID_REQUEST when it is none
     */
    public static InvocationId parse(String text) {
        try {
            return InvocationId.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new HearthException(ErrorCode.INVALID_REQUEST, Objects.toString(wrong.getMessage(), "bad id"));
        }
    }

    /** The record of the invocation with this id; fails with NOT_FOUND. */
    Future<InvocationRecord> record(InvocationId id) {
        return ask(calls -> calls.find(id))
                .compose(found -> found.map(Future::succeededFuture)
                        .orElseGet(() -> all.archive().find(List.of(id)).map(kept -> {
                            InvocationRecord record = kept.get(id);
                            if (record == null) {
                                throw new HearthException(
                                        ErrorCode.NOT_FOUND,
                                        "no record of invocation " + id
                                                + ": it never was, or its record made room for newer ones"
                                                + " (records.sync-count, records.keep-for)");
                            }
                            return record;
                        })));
    }

    /** The record, after the invocation's end if that comes in time. */
    public Future<InvocationRecord> awaited(InvocationId id, Optional<Duration> wait, HttpServerRequest request) {
        return wait.map(time -> all.waits().end(id, time, request))
                .orElse(Future.succeededFuture())
                .compose(ignored -> record(id));
    }

    private <T> Future<T> ask(Function<Calls, T> question) {
        Promise<T> answer = Promise.promise();
        all.context().runOnContext(ignored -> {
            try {
                answer.complete(question.apply(all.calls()));
            } catch (RuntimeException none) {
                answer.fail(none);
            }
        });
        return answer.future();
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> action) {
        Promise<T> answer = Promise.promise();
        all.context().runOnContext(ignored -> action.get().onComplete(answer));
        return answer.future();
    }

    private Future<Reply> list(Query query) {
        RecordFilter filter = new RecordFilter(
                query.text("function").map(RecordFilter::function),
                query.text("state").map(InvocationRoutes::state).orElse(""),
                query.text("outcome").map(InvocationRoutes::outcome).orElse(""),
                query.text("async").map(ignored -> query.flag("async")),
                query.text("before").map(InvocationRoutes::parse),
                query.whole("limit", DEFAULT_LIMIT, 1, MOST));
        return ask(calls -> calls.newest(filter))
                .compose(live -> all.archive().newest(filter).map(kept -> merged(live, kept, filter)))
                .map(found -> listReply(found, filter.limit()));
    }

    /** What is in memory is newer than what is on disk. */
    private static List<InvocationRecord> merged(
            List<InvocationRecord> live, List<InvocationRecord> kept, RecordFilter filter) {
        Map<InvocationId, InvocationRecord> records = new HashMap<>();
        kept.forEach(record -> records.put(record.id(), record));
        live.forEach(record -> records.put(record.id(), record));
        List<InvocationRecord> sorted = new ArrayList<>(records.values());
        sorted.sort(Comparator.comparing(InvocationRecord::id).reversed());
        return sorted.subList(0, Math.min(sorted.size(), filter.limit()));
    }

    private static String outcome(String given) {
        String wanted = given.toUpperCase(Locale.ROOT);
        boolean known = wanted.equals("SUCCESS")
                || wanted.equals(RecordFilter.FAILURE)
                || Arrays.stream(ErrorCode.values())
                        .anyMatch(code -> code.name().equals(wanted));
        if (!known) {
            throw new HearthException(
                    ErrorCode.INVALID_REQUEST,
                    "there is no such outcome as the query asks for: it is SUCCESS, FAILURE or the code of an error");
        }
        return wanted;
    }

    private static String state(String given) {
        return Arrays.stream(InvocationState.values())
                .map(InvocationState::name)
                .filter(name -> name.equalsIgnoreCase(given))
                .findFirst()
                .orElseThrow(() -> new HearthException(
                        ErrorCode.INVALID_REQUEST,
                        "there is no such state as the query asks for: it is one of "
                                + Arrays.toString(InvocationState.values())));
    }

    private static Reply listReply(List<InvocationRecord> records, int most) {
        JsonArray all = new JsonArray();
        TextTable table = new TextTable("ID", "FUNCTION", "STATE", "OUTCOME", "START", "SUBMITTED", "RUN MS");
        for (InvocationRecord record : records) {
            all.add(RecordJson.of(record));
            table.row(
                    record.id(),
                    record.callee().label(),
                    record.state(),
                    record.outcome(),
                    record.startedAt() == 0 ? "" : record.start(),
                    Objects.toString(RecordJson.instant(record.submittedAt())),
                    record.timings().run() / 1000);
        }
        String next = records.size() < most ? null : records.getLast().id().toString();
        return new Reply(200, new JsonObject().put("invocations", all).put("next", next), table.toString());
    }
}
