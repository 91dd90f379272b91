package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.units.Durations;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * {@code POST /v1/functions/{name}/invoke}: reads the event, hands the call over, answers with what the function made.
 *
 * <p>The warm path: it does only what every call needs, without a router.
 */
final class InvokeEndpoint implements Handler<HttpServerRequest> {
    /**
     * What the endpoint needs of its surroundings.
     *
     * @param revisions the revision that a call of the function runs; throws {@link HearthException} when there is none
     * @param submit hands a call over on the calls' event loop
     * @param context the calls' event loop
     * @param errors makes the writer of error answers for a request
     */
    record Ports(
            Function<FunctionName, Revision> revisions,
            Consumer<NewCall> submit,
            Context context,
            BiFunction<HttpServerRequest, Failure, Future<Void>> errors) {}

    private static final int PREFIX = "/v1/functions/".length();
    private static final int SUFFIX = "/invoke".length();

    private final Ports ports;
    private final BodyBudget budget;
    private final Duration queueDefault;
    private final Duration queueMost;

    InvokeEndpoint(Ports ports, BodyBudget budget, Duration queueDefault, Duration queueMost) {
        this.ports = ports;
        this.budget = budget;
        this.queueDefault = queueDefault;
        this.queueMost = queueMost;
    }

    @Override
    public void handle(HttpServerRequest request) {
        try {
            Revision revision = ports.revisions().apply(name(request.path()));
            long queueMillis = queueMillis(request);
            read(request, revision, queueMillis);
        } catch (HearthException refused) {
            ports.errors().apply(request, refused.failure());
        } catch (IllegalArgumentException wrong) {
            String message = wrong.getMessage() == null ? "bad request" : wrong.getMessage();
            ports.errors().apply(request, Failure.before(ErrorCode.INVALID_REQUEST, message));
        }
    }

    private static FunctionName name(String path) {
        return FunctionName.inDefault(path.substring(PREFIX, path.length() - SUFFIX));
    }

    private void read(HttpServerRequest request, Revision revision, long queueMillis) {
        BodyReader body = new BodyReader(request, budget, revision.limits().ingress().value());
        body.read().onComplete(read -> {
            if (read.succeeded()) {
                submit(request, revision, queueMillis, read.result(), body);
            } else if (read.cause() instanceof HearthException refused) {
                ports.errors().apply(request, refused.failure());
            }
        });
    }

    private void submit(HttpServerRequest request, Revision revision, long queueMillis, Buffer event, BodyReader body) {
        String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
        HttpResponder responder = new HttpResponder(
                request.response(), (record, failure) -> ports.errors().apply(request, failure), body::release);
        NewCall call = new NewCall(
                InvocationId.next(), revision, contentType == null ? "" : contentType, event, queueMillis, responder);
        Context here = io.vertx.core.Vertx.currentContext();
        if (here == ports.context()) {
            ports.submit().accept(call);
        } else {
            ports.context().runOnContext(ignored -> ports.submit().accept(call));
        }
    }

    private long queueMillis(HttpServerRequest request) {
        String query = request.query();
        if (query == null || query.isEmpty()) {
            return queueDefault.toMillis();
        }
        for (var parameter : request.params()) {
            if (!parameter.getKey().equals("queue")) {
                throw new HearthException(
                        ErrorCode.INVALID_REQUEST,
                        "unknown query parameter '" + parameter.getKey() + "': an invocation takes only queue");
            }
        }
        String text = request.getParam("queue");
        Duration queue = Durations.parse(text == null ? "" : text);
        if (queue.compareTo(queueMost) > 0) {
            throw new HearthException(
                    ErrorCode.INVALID_REQUEST,
                    "queue is " + text + ", at most " + Durations.format(queueMost) + " (gateway.queue.timeout-max)");
        }
        return queue.toMillis();
    }
}
