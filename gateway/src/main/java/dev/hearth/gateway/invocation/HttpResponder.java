package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.CallResult.Answered;
import dev.hearth.common.error.Failure;
import dev.hearth.gateway.http.Body;
import dev.hearth.gateway.http.BodyBudget;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Untrusted;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Writes a call's answer to the HTTP client that waits for it. */
final class HttpResponder implements Responder {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Body event;
    private final BodyBudget answers;
    private boolean endsWithoutBody;

    /**
     * A responder.
     *
     * @param event given back when the call has ended: until then it may have to be sent again
     * @param answers bytes of all answers that may wait here for their clients
     */
    HttpResponder(HttpServerRequest request, Body event, BodyBudget answers) {
        this.request = request;
        this.response = request.response();
        this.event = event;
        this.answers = answers;
    }

    @Override
    public void answered(InvocationRecord record, Answered answered) {
        if (!answered.more()) {
            event.release();
        }
        if (response.closed()) {
            return;
        }
        AnswerHeaders.give(response, answered.head());
        AnswerHeaders.describe(response.headers(), record);
        Untrusted.mark(response.headers());
        if (!answered.contentType().isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, answered.contentType());
        }
        if (AnswerHeaders.bodiless(answered.head())) {
            endsWithoutBody = true;
            response.end();
            return;
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

    /**
     * Takes more at once as long as there is room for answers, so that a client who reads slowly keeps no container; only
     * when that is full the container waits for the client.
     */
    @Override
    public Future<Void> part(Buffer bytes) {
        if (response.closed() || endsWithoutBody) {
            return Future.succeededFuture();
        }
        boolean kept = answers.reserve(bytes.length());
        Future<Void> written = response.write(bytes);
        if (!kept) {
            return written.otherwiseEmpty();
        }
        written.onComplete(ignored -> answers.release(bytes.length()));
        return Future.succeededFuture();
    }

    @Override
    public void ended(InvocationRecord record, boolean complete) {
        event.release();
        if (response.closed() || endsWithoutBody) {
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
        event.release();
        if (response.closed()) {
            return;
        }
        AnswerHeaders.describe(response.headers(), record);
        ErrorAnswer answer = ErrorAnswer.of(failure).withInvocation(record.id());
        (retryAfterSeconds > 0 ? answer.withRetryAfter((int) retryAfterSeconds) : answer).send(request);
    }
}
