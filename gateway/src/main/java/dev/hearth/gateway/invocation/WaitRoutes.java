package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.units.Durations;
import dev.hearth.gateway.http.BodyReader;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code POST /v1/invocations/wait} and {@code GET /v1/invocations/events}: the ends of invocations as they come. */
final class WaitRoutes {
    private static final Set<String> FIELDS = Set.of("ids", "for", "timeout");

    private final Vertx vertx;
    private final Context context;
    private final Calls calls;
    private final Archive archive;
    private final BodyReader bodies;
    private final WaitBounds bounds;
    private final AtomicInteger waiting = new AtomicInteger();

    /** How many of the invocations must have ended, in WRENCH's words. */
    private enum Until {
        ONE,
        ANY,
        ALL;

        boolean met(Watch watch) {
            return watch.pending().isEmpty() || (this != ALL && !watch.done().isEmpty());
        }
    }

    private record Question(List<InvocationId> ids, Until until, Duration timeout) {}

    WaitRoutes(Vertx vertx, Context context, Calls calls, Archive archive, BodyReader bodies, WaitBounds bounds) {
        this.vertx = vertx;
        this.context = context;
        this.calls = calls;
        this.archive = archive;
        this.bodies = bodies;
        this.bounds = bounds;
    }

    void addTo(Router router) {
        router.post("/v1/invocations/wait").handler(this::wait);
        router.get("/v1/invocations/events").handler(this::events);
    }

    private void wait(RoutingContext c) {
        HttpServerRequest request = c.request();
        bodies.read(request, bounds.documentBytes(), "the list of invocations")
                .compose(body -> {
                    try {
                        return until(question(body.bytes().toJsonObject()), request);
                    } catch (DecodeException | ClassCastException notJson) {
                        throw refused("the body must be a JSON object such as {\"ids\": [...], \"for\": \"all\"}");
                    } finally {
                        body.release();
                    }
                })
                .onComplete(
                        reply -> reply.send(request),
                        failure -> ErrorAnswer.of(failure).send(request));
    }

    private Question question(JsonObject json) {
        json.fieldNames().stream()
                .filter(name -> !FIELDS.contains(name))
                .findFirst()
                .ifPresent(unknown -> {
                    throw refused("unknown field '" + unknown + "': this takes only ids, for, timeout");
                });
        Until until = until(json.getString("for", "all"));
        List<InvocationId> ids = ids(json.getJsonArray("ids"));
        if (until == Until.ONE && ids.size() > 1) {
            throw refused("for is 'one', but there are " + ids.size() + " ids: take 'any' or 'all'");
        }
        return new Question(ids, until, timeout(json.getString("timeout", "30s")));
    }

    private static Until until(String text) {
        return Arrays.stream(Until.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> refused("for must be one, any or all"));
    }

    private List<InvocationId> ids(JsonArray given) {
        if (given == null) {
            throw refused("ids is missing: the invocations to wait for");
        }
        return ids(given.stream().map(String::valueOf).toList());
    }

    private List<InvocationId> ids(List<String> texts) {
        if (texts.size() > bounds.ids()) {
            throw refused("there are " + texts.size() + " ids, at most " + bounds.ids() + " (invocations.wait-ids)");
        }
        List<InvocationId> ids = new ArrayList<>(texts.size());
        texts.forEach(text -> ids.add(InvocationRoutes.parse(text)));
        return ids;
    }

    private Duration timeout(String text) {
        try {
            Duration timeout = Durations.parse(text);
            return timeout.compareTo(bounds.most()) > 0 ? bounds.most() : timeout;
        } catch (IllegalArgumentException wrong) {
            throw refused("timeout: " + wrong.getMessage());
        }
    }

    private static HearthException refused(String message) {
        return new HearthException(ErrorCode.INVALID_REQUEST, message);
    }

    /** Waits for the end of one invocation, for so long at most. */
    Future<Void> end(InvocationId id, Duration timeout, HttpServerRequest request) {
        return until(new Question(List.of(id), Until.ONE, timeout), request).mapEmpty();
    }

    private void enter() {
        if (waiting.incrementAndGet() > bounds.waiters()) {
            waiting.decrementAndGet();
            throw new HearthException(
                    ErrorCode.TOO_MANY_REQUESTS, bounds.waiters() + " clients wait already (invocations.waiters)");
        }
    }

    private Future<Reply> until(Question question, HttpServerRequest request) {
        enter();
        Promise<Reply> answer = Promise.promise();
        Waiter waiter = new Waiter(question, answer);
        // Not the connection's own handler, which is that of whoever counts connections.
        request.response().closeHandler(gone -> context.runOnContext(ignored -> waiter.end(false)));
        context.runOnContext(ignored -> waiter.begin());
        return answer.future().onComplete(ignored -> waiting.decrementAndGet());
    }

    /** One client that waits; lives on the calls' event loop. */
    private final class Waiter {
        private final Question question;
        private final Watch watch = new Watch(calls, archive, record -> look());
        private final Promise<Reply> answer;
        private boolean begun;
        private boolean over;
        private long timer = -1;

        Waiter(Question question, Promise<Reply> answer) {
            this.question = question;
            this.answer = answer;
        }

        void begin() {
            if (over) {
                return;
            }
            watch.over(question.ids())
                    .onComplete(
                            known -> {
                                begun = true;
                                look();
                                if (!over) {
                                    arm();
                                }
                            },
                            unknown -> {
                                over = true;
                                watch.close();
                                answer.tryFail(unknown);
                            });
        }

        private void arm() {
            if (question.timeout().isZero()) {
                end(true);
            } else {
                timer = vertx.setTimer(question.timeout().toMillis(), ignored -> end(true));
            }
        }

        private void look() {
            if (begun && !over && question.until().met(watch)) {
                end(false);
            }
        }

        void end(boolean late) {
            if (over) {
                return;
            }
            over = true;
            vertx.cancelTimer(timer);
            List<InvocationId> pending = watch.pending();
            watch.close();
            answer.complete(reply(watch.done(), pending, late));
        }
    }

    private static Reply reply(List<InvocationRecord> done, List<InvocationId> pending, boolean late) {
        JsonArray ended = new JsonArray();
        StringBuilder text = new StringBuilder();
        done.forEach(record -> {
            ended.add(RecordJson.of(record));
            text.append(record.id()).append(' ').append(record.outcome()).append('\n');
        });
        JsonArray open = new JsonArray();
        pending.forEach(id -> {
            open.add(id.toString());
            text.append(id).append(" pending\n");
        });
        JsonObject json =
                new JsonObject().put("done", ended).put("pending", open).put("timedOut", late);
        return new Reply(200, json, text.toString());
    }

    private void events(RoutingContext c) {
        try {
            Query query = Query.of(c.queryParams(), "ids");
            String given = query.text("ids").orElseThrow(() -> refused("ids is missing: ?ids=A,B,C"));
            List<InvocationId> ids = ids(given.isEmpty() ? List.of() : List.of(given.split(",", -1)));
            enter();
            new EventStream(vertx, context, c.request(), bounds.heartbeat(), waiting::decrementAndGet)
                    .begin(calls, archive, ids);
        } catch (HearthException refused) {
            ErrorAnswer.of(refused).send(c.request());
        }
    }
}
