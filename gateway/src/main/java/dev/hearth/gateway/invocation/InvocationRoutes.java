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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@code /v1/invocations}: records, newest first. */
public final class InvocationRoutes {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 1000;

    private final Vertx vertx;
    private final Context context;
    private final Calls calls;
    private final LogFollowers followers;

    /**
     * Routes over these calls.
     *
     * @param context the calls' event loop
     */
    InvocationRoutes(Vertx vertx, Context context, Calls calls, CallSettings settings) {
        this.vertx = vertx;
        this.context = context;
        this.calls = calls;
        this.followers = new LogFollowers(vertx, settings.followBeat(), settings.followers());
    }

    public void addTo(Router router) {
        router.get("/v1/invocations").handler(c -> answer(c, this::list, "function", "state", "limit", "before"));
        router.get("/v1/invocations/:id").handler(c -> answer(c, query -> describe(id(c))));
        new LogRoutes(vertx, this, followers).addTo(router);
    }

    static String id(RoutingContext c) {
        return Objects.requireNonNullElse(c.pathParam("id"), "");
    }

    private static void answer(RoutingContext c, Function<Query, Future<Reply>> handler, String... parameters) {
        Future<Reply> reply;
        try {
            reply = handler.apply(Query.of(c.queryParams(), parameters));
        } catch (HearthException refused) {
            reply = Future.failedFuture(refused);
        }
        reply.onComplete(done -> {
            if (done.succeeded()) {
                done.result().send(c.request());
            } else {
                ErrorAnswer.of(done.cause()).send(c.request());
            }
        });
    }

    private Future<Reply> describe(String id) {
        return record(id).map(record -> new Reply(200, RecordJson.of(record), RecordText.of(record)));
    }

    private static InvocationId parse(String text) {
        try {
            return InvocationId.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new HearthException(ErrorCode.INVALID_REQUEST, Objects.toString(wrong.getMessage(), "bad id"));
        }
    }

    /**
     * The record of the invocation with this id.
     *
     * @throws HearthException INVALID_REQUEST when it is no id
     */
    Future<InvocationRecord> record(String text) {
        InvocationId id = parse(text);
        return ask(c -> c.find(id)
                .orElseThrow(() -> new HearthException(
                        ErrorCode.NOT_FOUND,
                        "no record of invocation " + id + ": it never was, or its record made room for newer ones"
                                + " (records.sync-count)")));
    }

    private <T> Future<T> ask(Function<Calls, T> question) {
        Promise<T> answer = Promise.promise();
        context.runOnContext(ignored -> {
            try {
                answer.complete(question.apply(calls));
            } catch (RuntimeException none) {
                answer.fail(none);
            }
        });
        return answer.future();
    }

    private Future<Reply> list(Query query) {
        String function = query.text("function").orElse("");
        String state = query.text("state").map(InvocationRoutes::state).orElse("");
        int most = query.whole("limit", DEFAULT_LIMIT, 1, MOST);
        Optional<InvocationId> before = query.text("before").map(InvocationRoutes::parse);
        Predicate<InvocationRecord> wanted = record ->
                (function.isEmpty() || record.callee().function().toString().equals(function))
                        && (state.isEmpty() || record.state().name().equals(state));
        return ask(c -> c.newest(before, wanted, most)).map(found -> listReply(found, most));
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
