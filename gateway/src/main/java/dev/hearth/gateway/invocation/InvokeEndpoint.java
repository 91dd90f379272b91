package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.http.Body;
import dev.hearth.gateway.http.BodyBudget;
import dev.hearth.gateway.http.BodyReader;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.EventHeaders;
import dev.hearth.gateway.http.Query;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code POST /v1/functions/{name}/invoke}: reads the event, hands the call over, answers with what the function made.
 *
 * <p>The warm path: it does only what every call needs, without a router.
 */
public final class InvokeEndpoint implements Handler<HttpServerRequest> {
    /**
     * What the endpoint needs of its surroundings.
     *
     * @param bodies reads events within the budget of bytes
     * @param answers bytes of answers that may wait for clients who read more slowly than containers write
     * @param revisions the revision that a call of the function runs
     * @param imageWaiters calls that may wait for the image of their function's first revision
     * @param submit hands a call over on the calls' event loop
     * @param context the calls' event loop
     * @param queueDefault how long a call waits for room unless it says
     * @param queueMost how long it may say
     */
    public record Ports(
            BodyReader bodies,
            BodyBudget answers,
            Callables revisions,
            int imageWaiters,
            Consumer<NewCall> submit,
            Context context,
            Duration queueDefault,
            Duration queueMost) {}

    private static final int PREFIX = "/v1/functions/".length();
    private static final int SUFFIX = "/invoke".length();

    /** Bytes of headers that every call may hold; those of a call with more count as its body does. */
    private static final int ORDINARY_HEADERS = 4 * 1024;

    private final Ports ports;
    private final ImageWaiters waiters;

    public InvokeEndpoint(Ports ports) {
        this.ports = ports;
        this.waiters = new ImageWaiters(ports.imageWaiters());
    }

    @Override
    public void handle(HttpServerRequest request) {
        try {
            FunctionName name = name(request);
            Optional<Revision> revision = ports.revisions().current(name);
            long queueMillis = queueMillis(request);
            if (revision.isPresent()) {
                read(request, revision.get(), queueMillis);
            } else {
                await(request, name, queueMillis);
            }
        } catch (HearthException refused) {
            ErrorAnswer.of(refused).send(request);
        } catch (IllegalArgumentException wrong) {
            String message = wrong.getMessage() == null ? "bad request" : wrong.getMessage();
            ErrorAnswer.of(ErrorCode.INVALID_REQUEST, message).send(request);
        }
    }

    private void read(HttpServerRequest request, Revision revision, long queueMillis) {
        ports.bodies()
                .read(request, revision.limits().ingress(), "the event (limits.ingress)")
                .onComplete(read -> {
                    if (read.succeeded()) {
                        submit(request, revision, queueMillis, read.result());
                    } else {
                        ErrorAnswer.of(read.cause()).send(request);
                    }
                });
    }

    /** The time for its image is part of the time for which a call may wait in the queue. */
    private void await(HttpServerRequest request, FunctionName name, long queueMillis) {
        Context here = Objects.requireNonNull(Vertx.currentContext(), "no event loop");
        Future<Revision> coming = ports.revisions().awaited(name).orElseThrow(() -> unknown(name));
        long since = System.nanoTime();
        request.pause();
        waiters.join(name, coming, queueMillis)
                .onComplete(done -> here.runOnContext(ignored -> {
                    if (done.succeeded()) {
                        long left = queueMillis - (System.nanoTime() - since) / 1_000_000;
                        read(request, done.result(), Math.max(0, left));
                    } else {
                        request.resume();
                        ErrorAnswer.of(done.cause()).send(request);
                    }
                }));
    }

    private static HearthException unknown(FunctionName name) {
        return new HearthException(
                ErrorCode.FUNCTION_NOT_FOUND,
                "there is no function '" + name + "' that can be called: see GET /v1/functions/" + name.name());
    }

    private static FunctionName name(HttpServerRequest request) {
        String path = Objects.requireNonNullElse(request.path(), "");
        String name = path.substring(PREFIX, path.length() - SUFFIX);
        return FunctionName.inDefault(name.indexOf('%') < 0 ? name : QueryStringDecoder.decodeComponent(name));
    }

    private void submit(HttpServerRequest request, Revision revision, long queueMillis, Body body) {
        String contentType = request.headers().get(HttpHeaders.CONTENT_TYPE);
        Buffer headers = EventHeaders.of(request.headers());
        if (headers.length() > ORDINARY_HEADERS) {
            try {
                body.reserve(headers.length(), "the event with its headers");
            } catch (HearthException full) {
                body.release();
                ErrorAnswer.of(full).send(request);
                return;
            }
        }
        NewCall call = new NewCall(
                InvocationId.next(),
                revision,
                contentType == null ? "" : contentType,
                headers,
                body.bytes(),
                queueMillis,
                new HttpResponder(request, body, ports.answers()));
        if (ports.context().equals(Vertx.currentContext())) {
            ports.submit().accept(call);
        } else {
            ports.context().runOnContext(ignored -> ports.submit().accept(call));
        }
    }

    private long queueMillis(HttpServerRequest request) {
        String query = request.query();
        if (query == null || query.isEmpty()) {
            return ports.queueDefault().toMillis();
        }
        return Query.of(request.params(), "queue")
                .duration("queue", ports.queueMost(), "queue.timeout-max")
                .orElse(ports.queueDefault())
                .toMillis();
    }
}
