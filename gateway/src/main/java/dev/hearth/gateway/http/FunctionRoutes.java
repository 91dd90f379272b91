package dev.hearth.gateway.http;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.registry.FunctionView;
import dev.hearth.gateway.registry.Registered;
import dev.hearth.gateway.registry.Registry;
import dev.hearth.gateway.registry.RevisionState;
import dev.hearth.gateway.registry.SpecReader;
import dev.hearth.gateway.registry.Submission;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Registering, reading and deleting functions over HTTP. */
public final class FunctionRoutes implements Consumer<Router> {
    private static final int PAGE = 1_000;
    private static final String DOCUMENT =
            "reading the registration's JSON document, unlike code sent as the body itself,";
    private static final String WHAT = "the registration's body (gateway.code-bytes)";

    private final Registry registry;
    private final SpecReader reader;
    private final BodyReader bodies;
    private final WorkerExecutor readers;
    private final HttpLimits limits;
    private final Duration longestWait;

    /**
     * Routes over this registry.
     *
     * @param longestWait longest {@code ?wait=}
     */
    public FunctionRoutes(Vertx vertx, Registry registry, SpecReader reader, HttpLimits limits, Duration longestWait) {
        this.longestWait = longestWait;
        this.registry = registry;
        this.reader = reader;
        this.bodies = new BodyReader(
                vertx,
                new BodyReader.Rules(
                        new BodyBudget(limits.uploadBytes(), "gateway.upload-bytes"),
                        Bytes.ZERO,
                        limits.pace(),
                        limits.paceBytes()));
        this.readers = vertx.createSharedWorkerExecutor("uploads", limits.uploadReaders());
        this.limits = limits;
    }

    @Override
    public void accept(Router router) {
        router.get("/v1/functions").handler(context -> answer(context, this::list));
        router.put("/v1/functions/:name").handler(context -> answer(context, this::register));
        router.get("/v1/functions/:name").handler(context -> answer(context, this::describe));
        router.delete("/v1/functions/:name").handler(context -> answer(context, this::delete));
        router.get("/v1/functions/:name/revisions").handler(context -> answer(context, this::revisions));
    }

    private static void answer(RoutingContext context, Function<RoutingContext, Future<Reply>> handler) {
        Future<Reply> reply;
        try {
            reply = handler.apply(context);
        } catch (HearthException refused) {
            reply = Future.failedFuture(refused);
        }
        reply.onComplete(
                done -> done.send(context.request()),
                failure -> ErrorAnswer.of(failure).send(context.request()));
    }

    private Future<Reply> register(RoutingContext context) {
        FunctionName name = name(context);
        MultiMap query = context.queryParams();
        Optional<Duration> wait = Query.duration(query, "wait", longestWait, "gateway.wait-max");
        String type = Optional.ofNullable(context.request().headers().get(HttpHeaders.CONTENT_TYPE))
                .orElse("");
        return bodies.read(context.request(), limits.codeBytes(), WHAT)
                .compose(body -> read(query, type, body)
                        .compose(submission -> registry.register(name, submission))
                        .onComplete(ignored -> body.release()))
                .compose(registered -> settled(registered, wait))
                .map(this::reply);
    }

    /** Off the event loop, and few at a time: what an archive unpacks to is bounded, but not small. */
    private Future<Submission> read(MultiMap query, String type, Body body) {
        try {
            body.reserve(SpecReader.held(query, type, body.bytes()), DOCUMENT);
        } catch (HearthException tooLittle) {
            return Future.failedFuture(tooLittle);
        }
        return readers.executeBlocking(() -> reader.read(query, type, body.bytes()), false)
                .map(Objects::requireNonNull);
    }

    private Future<Registered> settled(Registered registered, Optional<Duration> wait) {
        if (wait.isEmpty() || registered.view().latest().state() != RevisionState.PENDING) {
            return Future.succeededFuture(registered);
        }
        return registry.settled(registered.view())
                .timeout(wait.get().toMillis() + 1, TimeUnit.MILLISECONDS)
                .otherwise(late -> registered.view())
                .map(view -> new Registered(view, registered.effect()));
    }

    private Reply reply(Registered registered) {
        FunctionView view = registered.view();
        int status = registered.effect() == Registered.Effect.CREATED ? 201 : 200;
        String line = view.latest().function() + " " + view.latest().state() + " revision "
                + view.latest().number() + " (" + registered.effect().name().toLowerCase(Locale.ROOT) + ")"
                + view.latest().cause().map(cause -> ": " + cause.message()).orElse("")
                + registry.pull(view.latest()).map(pull -> ": " + pull).orElse("") + "\n";
        return new Reply(status, FunctionJson.registered(registered, registry.pull(view.latest())), line)
                .withLocation("/v1/functions/" + view.latest().function().name());
    }

    private Future<Reply> describe(RoutingContext context) {
        Query.of(context.queryParams());
        return registry.describe(name(context))
                .map(view -> new Reply(
                        200,
                        FunctionJson.function(view, registry.pull(view.latest())),
                        FunctionText.of(view, registry.pull(view.latest()))));
    }

    private Future<Reply> delete(RoutingContext context) {
        Query.of(context.queryParams());
        return registry.delete(name(context))
                .map(view -> new Reply(
                        200,
                        new JsonObject()
                                .put("name", view.latest().function().name())
                                .put("result", "deleted"),
                        view.latest().function() + " deleted\n"));
    }

    private Future<Reply> revisions(RoutingContext context) {
        Query.of(context.queryParams());
        return registry.revisions(name(context)).map(revisions -> {
            JsonArray array = new JsonArray();
            revisions.stream()
                    .map(revision -> FunctionJson.revision(revision, registry.pull(revision)))
                    .forEach(array::add);
            return new Reply(200, new JsonObject().put("revisions", array), FunctionJson.revisionTable(revisions));
        });
    }

    private Future<Reply> list(RoutingContext context) {
        Query query = Query.of(context.queryParams(), "after", "limit");
        String after = query.text("after").orElse("");
        int limit = query.whole("limit", PAGE, 1, PAGE);
        return registry.list(FunctionName.DEFAULT_NAMESPACE, after, limit).map(views -> {
            JsonArray array = new JsonArray();
            views.stream()
                    .map(view -> FunctionJson.function(view, registry.pull(view.latest())))
                    .forEach(array::add);
            String next =
                    views.size() == limit ? views.getLast().latest().function().name() : null;
            JsonObject json = new JsonObject().put("functions", array).put("next", next);
            return new Reply(200, json, FunctionJson.functionTable(views));
        });
    }

    private static FunctionName name(RoutingContext context) {
        try {
            return FunctionName.inDefault(Objects.requireNonNullElse(context.pathParam("name"), ""));
        } catch (IllegalArgumentException wrong) {
            throw new HearthException(ErrorCode.INVALID_REQUEST, String.valueOf(wrong.getMessage()));
        }
    }
}
