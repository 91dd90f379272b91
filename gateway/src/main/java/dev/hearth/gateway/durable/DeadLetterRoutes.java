package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.durable.DeadLetters.Filter;
import dev.hearth.gateway.durable.DeadLetters.Letter;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.TextTable;
import dev.hearth.gateway.invocation.Callables;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.InvocationRoutes;
import dev.hearth.gateway.invocation.RecordFilter;
import dev.hearth.gateway.invocation.RecordJson;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** {@code /v1/dead-letters}: invocations that failed for good; to be looked at, called again, or thrown away. */
final class DeadLetterRoutes {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 1_000;
    private static final String[] CHOICE = {"function", "outcome", "all"};

    private final Database database;
    private final Callables revisions;
    private final Context context;
    private final Function<NewInvocation, Future<Accepted>> accept;

    /**
     * Routes over the dead letters of a database.
     *
     * @param context the calls' event loop
     * @param accept succeeds when the call is on disk; used on that event loop
     */
    DeadLetterRoutes(
            Database database, Callables revisions, Context context, Function<NewInvocation, Future<Accepted>> accept) {
        this.database = database;
        this.revisions = revisions;
        this.context = context;
        this.accept = accept;
    }

    void addTo(Router router) {
        String one = "/v1/dead-letters/:id";
        router.get("/v1/dead-letters")
                .handler(c -> InvocationRoutes.answer(c, this::list, "function", "outcome", "limit", "before"));
        router.delete("/v1/dead-letters").handler(c -> InvocationRoutes.answer(c, this::purgeAll, CHOICE));
        router.post("/v1/dead-letters/redrive").handler(c -> InvocationRoutes.answer(c, this::redriveAll, CHOICE));
        router.delete(one).handler(c -> InvocationRoutes.answer(c, query -> purge(id(c))));
        router.post(one + "/redrive").handler(c -> InvocationRoutes.answer(c, query -> redriveOne(id(c))));
    }

    private static InvocationId id(RoutingContext c) {
        return InvocationRoutes.parse(Objects.requireNonNullElse(c.pathParam("id"), ""));
    }

    private static Filter filter(Query query, int limit) {
        return new Filter(
                query.text("function").map(RecordFilter::function),
                query.text("outcome").map(code -> code.toUpperCase(Locale.ROOT)).orElse(""),
                Optional.empty(),
                limit);
    }

    private Future<Reply> list(Query query) {
        Filter asked = filter(query, query.whole("limit", DEFAULT_LIMIT, 1, MOST));
        Filter filter = new Filter(
                asked.function(), asked.outcome(), query.text("before").map(InvocationRoutes::parse), asked.limit());
        return database.read(handle -> DeadLetters.records(handle, filter))
                .map(found -> listing(found, filter.limit()));
    }

    private static Reply listing(List<InvocationRecord> records, int limit) {
        JsonArray all = new JsonArray();
        TextTable table = new TextTable("ID", "FUNCTION", "OUTCOME", "ATTEMPTS", "ENDED", "CAUSE");
        for (InvocationRecord record : records) {
            all.add(RecordJson.of(record));
            String cause = record.failure().map(failure -> failure.message()).orElse("");
            table.row(
                    record.id(),
                    record.callee().label(),
                    record.outcome(),
                    record.attempts(),
                    String.valueOf(Details.instant(record.endedAt())),
                    cause.lines().findFirst().orElse(""));
        }
        String next = records.size() < limit ? null : records.getLast().id().toString();
        return new Reply(200, new JsonObject().put("deadLetters", all).put("next", next), table.toString());
    }

    private static Filter chosen(Query query) {
        Filter filter = filter(query, MOST);
        if (filter.function().isEmpty() && filter.outcome().isEmpty() && !query.flag("all")) {
            throw new HearthException(
                    ErrorCode.INVALID_REQUEST, "say which: ?function=NAME, ?outcome=CODE, or ?all=true for every one");
        }
        return filter;
    }

    private Future<Reply> purge(InvocationId id) {
        return database.write(handle -> {
                    if (!DeadLetters.settle(handle, id)) {
                        throw DeadLetters.missing(id);
                    }
                    return true;
                })
                .map(gone -> counted("purged", 1));
    }

    private Future<Reply> purgeAll(Query query) {
        Filter filter = chosen(query);
        return purged(filter, 0).map(count -> counted("purged", count));
    }

    private Future<Integer> purged(Filter filter, int before) {
        return database.write(handle -> {
                    List<InvocationId> ids = DeadLetters.ids(handle, filter);
                    for (InvocationId id : ids) {
                        DeadLetters.settle(handle, id);
                    }
                    return ids.size();
                })
                .compose(count -> count < filter.limit()
                        ? Future.succeededFuture(before + count)
                        : purged(filter, before + count));
    }

    private static Reply counted(String what, int count) {
        return new Reply(200, new JsonObject().put(what, count), what + " " + count + "\n");
    }

    private Future<Reply> redriveOne(InvocationId id) {
        return redrive(id)
                .map(made -> new Reply(
                                202,
                                new JsonObject()
                                        .put("redriven", 1)
                                        .put("invocations", new JsonArray().add(made.toString())),
                                made + "\n")
                        .withLocation("/v1/invocations/" + made));
    }

    private Future<Reply> redriveAll(Query query) {
        Filter filter = chosen(query);
        return database.read(handle -> DeadLetters.ids(handle, filter)).compose(ids -> {
            Promise<Reply> done = Promise.promise();
            next(new ArrayDeque<>(ids).iterator(), new ArrayList<>(), ids.size() == filter.limit(), done);
            return done.future();
        });
    }

    /** One after the other: what has been called again stays so when a later one cannot be. */
    private void next(Iterator<InvocationId> ids, List<InvocationId> made, boolean more, Promise<Reply> done) {
        if (!ids.hasNext()) {
            JsonArray invocations = new JsonArray();
            made.forEach(id -> invocations.add(id.toString()));
            JsonObject json = new JsonObject()
                    .put("redriven", made.size())
                    .put("invocations", invocations)
                    .put("more", more);
            done.complete(new Reply(202, json, "redriven " + made.size() + (more ? ", more are left" : "") + "\n"));
            return;
        }
        InvocationId id = ids.next();
        redrive(id)
                .onComplete(
                        again -> {
                            made.add(again);
                            next(ids, made, more, done);
                        },
                        failure -> {
                            if (failure instanceof HearthException told
                                    && told.failure().code() == ErrorCode.NOT_FOUND) {
                                next(ids, made, more, done);
                            } else {
                                done.fail(failure);
                            }
                        });
    }

    /** Calls the function as it is now with the same event; the id of the new invocation. */
    private Future<InvocationId> redrive(InvocationId id) {
        return database.read(handle -> DeadLetters.letter(handle, id))
                .compose(letter -> onLoop(again(letter)))
                .compose(accepted -> database.write(handle -> {
                    DeadLetters.settle(handle, id);
                    return accepted.id();
                }));
    }

    /** With a key of its own, so that two who redrive it at once, or a kill in between, make one invocation of it. */
    private NewInvocation again(Letter letter) {
        QueuedRow row = letter.row();
        FunctionName function = row.callee().function();
        Revision revision = revisions
                .current(function)
                .orElseThrow(() -> new HearthException(
                        ErrorCode.FUNCTION_NOT_FOUND,
                        "function " + function + " of dead letter " + row.id()
                                + " is not registered: register it, or purge the dead letter"));
        long now = System.currentTimeMillis();
        Terms terms = row.terms();
        return new NewInvocation(
                InvocationId.next(),
                revision,
                letter.event(),
                now,
                now,
                0,
                0,
                new Terms(
                        terms.timeoutMillis(),
                        terms.retries(),
                        terms.backoffMillis(),
                        terms.onSuccess(),
                        terms.onFailure(),
                        Optional.of(row.id())),
                "redrive/" + row.id());
    }

    private Future<Accepted> onLoop(NewInvocation call) {
        Promise<Accepted> told = Promise.promise();
        context.runOnContext(ignored -> accept.apply(call).onComplete(told));
        return told.future();
    }
}
