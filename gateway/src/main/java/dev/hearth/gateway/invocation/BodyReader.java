package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request body within a limit and within the gateway's budget of bytes.
 *
 * <p>A declared length is taken from the budget before the first byte is read; a body without one is taken as it comes.
 * What was taken stays taken until {@link #release}; a failed read gives it back itself.
 */
final class BodyReader {
    private final HttpServerRequest request;
    private final BodyBudget budget;
    private final long limit;
    private final Promise<Buffer> whole = Promise.promise();
    private @Nullable Buffer read;
    private long taken;

    BodyReader(HttpServerRequest request, BodyBudget budget, long limit) {
        this.request = request;
        this.budget = budget;
        this.limit = limit;
    }

    Future<Buffer> read() {
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (declared != null) {
            long length = Long.parseLong(declared);
            if (length > limit) {
                return refuse(tooLarge(length));
            }
            if (!take(length)) {
                return refuse(busy());
            }
        }
        request.handler(this::part);
        request.endHandler(ignored -> whole.tryComplete(read == null ? Buffer.buffer() : read));
        request.exceptionHandler(this::fail);
        return whole.future();
    }

    /** Gives the bytes back; harmless when called again. */
    void release() {
        budget.giveBack(taken);
        taken = 0;
    }

    private void part(Buffer bytes) {
        if (whole.future().isComplete()) {
            return;
        }
        Buffer before = read;
        long length = bytes.length() + (before == null ? 0 : before.length());
        if (length > limit) {
            fail(tooLarge(length));
        } else if (length > taken && !take(length - taken)) {
            fail(busy());
        } else if (before == null && length == taken) {
            read = bytes;
        } else {
            Buffer all = before == null ? Buffer.buffer((int) taken) : before;
            read = all.appendBuffer(bytes);
        }
    }

    private boolean take(long bytes) {
        if (!budget.tryTake(bytes)) {
            return false;
        }
        taken += bytes;
        return true;
    }

    private static Future<Buffer> refuse(HearthException refusal) {
        return Future.failedFuture(refusal);
    }

    private void fail(Throwable cause) {
        read = null;
        release();
        whole.tryFail(cause);
    }

    private HearthException tooLarge(long length) {
        return new HearthException(
                ErrorCode.INGRESS_EXCEEDED,
                "the request body has " + length + " bytes or more, limits.ingress is " + new Bytes(limit));
    }

    private HearthException busy() {
        return new HearthException(
                ErrorCode.TOO_MANY_REQUESTS,
                "the gateway holds " + budget.taken() + " bytes of request bodies of at most " + budget.capacity()
                        + " (gateway.body-bytes)");
    }
}
