package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.http.Body;
import dev.hearth.gateway.http.BodyReader;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.EventHeaders;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.invocation.Callables;
import dev.hearth.gateway.invocation.Kept.Event;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** {@code POST /v1/functions/{name}/invocations}: answers 202 when the call is on disk. */
final class AsyncEndpoint {
    private static final String KEY = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";
    private static final int ORDINARY_HEADERS = 4 * 1024;

    private final Ports ports;
    private final AsyncTerms terms;

    /**
     * What the endpoint needs of its surroundings.
     *
     * @param context the calls' event loop
     * @param accept succeeds when the call is on disk; used on that event loop
     * @param retryAfter seconds after which the queue of a function may have moved on; used on that event loop
     * @param imageWait how long a call waits for the image of its function's first revision
     */
    record Ports(
            BodyReader bodies,
            Callables revisions,
            Context context,
            Function<NewInvocation, Future<Accepted>> accept,
            ToIntFunction<FunctionName> retryAfter,
            Duration imageWait) {}

    AsyncEndpoint(Ports ports, AsyncTerms terms) {
        this.ports = ports;
        this.terms = terms;
    }

    void addTo(Router router) {
        router.post("/v1/functions/:name/invocations").handler(this::handle);
    }

    private void handle(RoutingContext c) {
        HttpServerRequest request = c.request();
        try {
            FunctionName name = FunctionName.inDefault(Objects.requireNonNullElse(c.pathParam("name"), ""));
            Query query = Query.of(c.queryParams(), AsyncTerms.PARAMETERS);
            String key = AsyncTerms.key(Objects.requireNonNullElse(request.getHeader(KEY), ""));
            Context here = Objects.requireNonNull(Vertx.currentContext(), "no event loop");
            request.pause();
            revision(name, query)
                    .onComplete(done -> here.runOnContext(ignored -> {
                        if (done.succeeded()) {
                            read(request, done.result(), query, key);
                        } else {
                            request.resume();
                            ErrorAnswer.of(done.cause()).send(request);
                        }
                    }));
        } catch (HearthException refused) {
            ErrorAnswer.of(refused).send(request);
        } catch (IllegalArgumentException wrong) {
            ErrorAnswer.of(ErrorCode.INVALID_REQUEST, String.valueOf(wrong.getMessage()))
                    .send(request);
        }
    }

    private Future<Revision> revision(FunctionName name, Query query) {
        Duration wait =
                query.duration("queue", ports.imageWait(), "queue.timeout-max").orElse(ports.imageWait());
        return ports.revisions()
                .current(name)
                .map(Future::succeededFuture)
                .orElseGet(() -> ports.revisions()
                        .awaited(name)
                        .map(coming -> coming.timeout(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS))
                        .orElseGet(() -> Future.failedFuture(new HearthException(
                                ErrorCode.FUNCTION_NOT_FOUND,
                                "there is no function '" + name + "' that can be called: see GET /v1/functions/"
                                        + name.name()))));
    }

    private void read(HttpServerRequest request, Revision revision, Query query, String key) {
        long now = System.currentTimeMillis();
        AsyncTerms.Read asked;
        try {
            asked = terms.read(query, revision.limits().timeout(), now);
        } catch (HearthException refused) {
            request.resume();
            ErrorAnswer.of(refused).send(request);
            return;
        }
        ports.bodies()
                .read(request, revision.limits().ingress(), "the event (limits.ingress)")
                .compose(body -> accept(request, revision, asked, key, body))
                .onComplete(
                        accepted -> answer(request, accepted, revision), failure -> refuse(request, revision, failure));
    }

    private void refuse(HttpServerRequest request, Revision revision, Throwable failure) {
        ErrorAnswer answer = ErrorAnswer.of(failure);
        if (answer.failure().code() != ErrorCode.TOO_MANY_REQUESTS) {
            answer.send(request);
            return;
        }
        onLoop(() -> Future.succeededFuture(ports.retryAfter().applyAsInt(revision.function())))
                .onSuccess(seconds -> answer.withRetryAfter(seconds).send(request));
    }

    private Future<Accepted> accept(
            HttpServerRequest request, Revision revision, AsyncTerms.Read asked, String key, Body body) {
        String contentType = Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_TYPE), "");
        Event event = new Event(contentType, EventHeaders.of(request.headers()), body.bytes());
        try {
            if (event.headers().length() > ORDINARY_HEADERS) {
                body.reserve(event.headers().length(), "the event with its headers");
            }
        } catch (HearthException full) {
            body.release();
            return Future.failedFuture(full);
        }
        long now = System.currentTimeMillis();
        NewInvocation call = new NewInvocation(
                InvocationId.next(),
                revision,
                event,
                now,
                Math.max(now, asked.dueAt()),
                asked.waits(),
                asked.expiresAt(),
                asked.terms(),
                key);
        return onLoop(() -> ports.accept().apply(call)).onComplete(ignored -> body.release());
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> action) {
        if (ports.context().equals(Vertx.currentContext())) {
            return action.get();
        }
        Promise<T> told = Promise.promise();
        ports.context().runOnContext(ignored -> action.get().onComplete(told));
        return told.future();
    }

    private static void answer(HttpServerRequest request, Accepted accepted, Revision revision) {
        String id = accepted.id().toString();
        JsonObject json = new JsonObject()
                .put("id", id)
                .put("function", revision.function().toString())
                .put("revision", accepted.replayed() ? null : revision.number())
                .put("state", "SCHEDULABLE")
                .put(
                        "submittedAt",
                        Instant.ofEpochMilli(accepted.id().value().millis()).toString());
        if (accepted.replayed()) {
            request.response().putHeader(REPLAYED, "true");
            json.remove("state");
        }
        new Reply(202, json, id + "\n").withLocation("/v1/invocations/" + id).send(request);
    }
}
