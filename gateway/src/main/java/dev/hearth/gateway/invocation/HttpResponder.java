package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.CallResult.Answered;
import dev.hearth.common.error.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.BiConsumer;

/** Writes a call's answer to the HTTP client that waits for it. */
final class HttpResponder implements Responder {
    private final HttpServerResponse response;
    private final BiConsumer<InvocationRecord, Failure> errors;
    private final Runnable done;

    /**
     * @param errors writes the error answer of the one error model
     * @param done runs once, when the call has ended and its event is needed no longer
     */
    HttpResponder(HttpServerResponse response, BiConsumer<InvocationRecord, Failure> errors, Runnable done) {
        this.response = response;
        this.errors = errors;
        this.done = done;
    }

    @Override
    public void answered(InvocationRecord record, Answered answered) {
        if (!answered.more()) {
            done.run();
        }
        if (response.closed()) {
            return;
        }
        AnswerHeaders.describe(response.headers(), record);
        AnswerHeaders.guard(response.headers());
        if (!answered.contentType().isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, answered.contentType());
        }
        if (!answered.more()) {
            response.end(answered.body());
            return;
        }
        if (answered.totalLength() >= 0) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(answered.totalLength()));
        } else {
            response.setChunked(true);
        }
    }

    @Override
    public Future<Void> part(Buffer bytes) {
        if (response.closed()) {
            return Future.succeededFuture();
        }
        response.write(bytes);
        if (!response.writeQueueFull()) {
            return Future.succeededFuture();
        }
        Promise<Void> drained = Promise.promise();
        response.drainHandler(ignored -> drained.tryComplete());
        response.closeHandler(ignored -> drained.tryComplete());
        return drained.future();
    }

    @Override
    public void ended(boolean complete) {
        done.run();
        if (response.closed()) {
            return;
        }
        if (complete) {
            response.end();
        } else {
            // The status went out already: only a broken connection tells the client that bytes are missing.
            response.reset();
        }
    }

    @Override
    public void failed(InvocationRecord record, Failure failure, long retryAfterSeconds) {
        done.run();
        if (response.closed()) {
            return;
        }
        if (retryAfterSeconds > 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(retryAfterSeconds));
        }
        AnswerHeaders.describe(response.headers(), record);
        errors.accept(record, failure);
    }
}
