package dev.hearth.gateway.http;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.error.Ran;
import dev.hearth.common.id.InvocationId;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one form in which a request's failure is told, as JSON or as lines for people.
 *
 * @param failure what failed
 * @param status the HTTP status; the code's own but for 405, 414 and 431
 * @param invocation whose failure it is, if it is an invocation's
 * @param retryAfter seconds after which sending again makes sense
 */
public record ErrorAnswer(Failure failure, int status, Optional<InvocationId> invocation, OptionalInt retryAfter) {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswer.class);

    /** Tells an error of Hearth's from an answer to which a function gave the same status. */
    private static final String ERROR = "Hearth-Error";

    public static ErrorAnswer of(Failure failure) {
        return new ErrorAnswer(failure, failure.code().status(), Optional.empty(), OptionalInt.empty());
    }

    public static ErrorAnswer of(ErrorCode code, String message) {
        return of(Failure.before(code, message));
    }

    /** The failure that the exception carries; any other exception is our fault and is logged with an id. */
    public static ErrorAnswer of(Throwable thrown) {
        if (thrown instanceof HearthException told) {
            return of(told.failure());
        }
        InvocationId id = InvocationId.next();
        LOG.error("internal_fault id={}", id, thrown);
        return of(ErrorCode.INTERNAL, "something broke inside Hearth; the log says what under the id " + id);
    }

    public ErrorAnswer withInvocation(InvocationId id) {
        return new ErrorAnswer(failure, status, Optional.of(id), retryAfter);
    }

    public ErrorAnswer withRetryAfter(int seconds) {
        return new ErrorAnswer(failure, status, invocation, OptionalInt.of(seconds));
    }

    ErrorAnswer withStatus(int other) {
        return new ErrorAnswer(failure, other, invocation, retryAfter);
    }

    /** Whether the same request may be sent again: it can help, and the function has certainly not run. */
    public boolean retryable() {
        return failure.code().retryable() && failure.ran() == Ran.NO;
    }

    /**
     * Ends the request with this answer. When its head is on the way already, the connection is closed instead, so that
     * the client sees a broken answer and not a short one.
     */
    public void send(HttpServerRequest request) {
        send(request, false);
    }

    /** The same, and nothing after it on this connection. */
    void sendLast(HttpServerRequest request) {
        send(request, true);
    }

    private void send(HttpServerRequest request, boolean last) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            request.connection().close();
            return;
        }
        response.setStatusCode(status);
        Untrusted.mark(response.headers());
        response.putHeader(ERROR, failure.code().name());
        retryAfterSeconds().ifPresent(seconds -> response.putHeader("Retry-After", Integer.toString(seconds)));
        if (status == ErrorCode.UNAUTHENTICATED.status()) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        boolean close = UnreadBody.settle(request) || last;
        if (last) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        boolean text = Accept.text(request);
        response.putHeader(HttpHeaders.CONTENT_TYPE, text ? "text/plain; charset=utf-8" : "application/json");
        var written = response.end(text ? lines() : json().encode());
        if (close) {
            written.onComplete(ignored -> UnreadBody.closeOurHalf(request));
        }
    }

    private OptionalInt retryAfterSeconds() {
        boolean busy = status == 429 || status == 503;
        return retryAfter.isEmpty() && busy ? OptionalInt.of(1) : retryAfter;
    }

    JsonObject json() {
        JsonObject error = new JsonObject()
                .put("code", failure.code().name())
                .put("message", failure.message())
                .put("retryable", retryable())
                .put("invocation", invocation.map(InvocationId::toString).orElse(null))
                .put("advice", failure.code().advice());
        if (invocation.isPresent()) {
            error.put("ran", failure.ran().name().toLowerCase(Locale.ROOT));
        }
        if (!failure.type().isEmpty()) {
            error.put("type", failure.type());
        }
        if (!failure.stack().isEmpty()) {
            error.put("stack", failure.stack());
        }
        if (!failure.logTail().isEmpty()) {
            error.put("log", new JsonArray(failure.logTail()));
        }
        return new JsonObject().put("error", error);
    }

    String lines() {
        StringBuilder out = new StringBuilder();
        out.append(failure.code()).append(": ").append(failure.message()).append('\n');
        if (!failure.type().isEmpty()) {
            out.append("type: ").append(failure.type()).append('\n');
        }
        if (!failure.stack().isEmpty()) {
            out.append(failure.stack().stripTrailing()).append('\n');
        }
        failure.logTail().forEach(line -> out.append("log: ").append(line).append('\n'));
        invocation.ifPresent(id -> out.append("invocation: ").append(id).append('\n'));
        return out.append(failure.code().advice()).append('\n').toString();
    }
}
