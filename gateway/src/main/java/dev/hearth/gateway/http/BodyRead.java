package dev.hearth.gateway.http;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/** One body on its way in; belongs to the request's event loop. */
final class BodyRead {
    private final HttpServerRequest request;
    private final BodyBudget budget;
    private final Bytes limit;
    private final String what;
    private final Promise<Body> promise = Promise.promise();
    private Buffer bytes = Buffer.buffer();
    private long reserved;
    private long atLastTick;
    private boolean over;

    BodyRead(HttpServerRequest request, BodyBudget budget, Bytes limit, String what) {
        this.request = request;
        this.budget = budget;
        this.limit = limit;
        this.what = what;
    }

    Future<Body> future() {
        return promise.future();
    }

    void start(Vertx vertx, Duration pace, Bytes paceBytes) {
        long declared = UnreadBody.declared(request);
        boolean open = declared == Long.MAX_VALUE;
        if (!open && declared > limit.value()) {
            fail(tooLarge(declared + " bytes"));
            return;
        }
        if (!reserve(open ? 0 : declared)) {
            return;
        }
        if (UnreadBody.expectsContinue(request)) {
            request.response().writeContinue();
        }
        long timer = vertx.setPeriodic(pace.toMillis(), ignored -> tick(pace, paceBytes));
        promise.future().onComplete(ignored -> vertx.cancelTimer(timer));
        request.handler(this::take)
                .endHandler(ignored -> end())
                .exceptionHandler(broken -> fail(new HearthException(
                        ErrorCode.INVALID_REQUEST,
                        "the connection broke after " + bytes.length() + " bytes of the body")));
        request.resume();
    }

    private void take(Buffer piece) {
        long size = (long) bytes.length() + piece.length();
        if (over) {
            return;
        }
        if (size > limit.value()) {
            fail(tooLarge("at least " + size + " bytes"));
        } else if (reserve(Math.max(0, size - reserved))) {
            bytes.appendBuffer(piece);
        }
    }

    private void tick(Duration pace, Bytes paceBytes) {
        if (bytes.length() - atLastTick < paceBytes.value()) {
            fail(new HearthException(
                    ErrorCode.INVALID_REQUEST,
                    "the body comes too slowly: " + (bytes.length() - atLastTick) + " bytes in "
                            + Durations.format(pace) + ", must be at least " + paceBytes));
        }
        atLastTick = bytes.length();
    }

    private void end() {
        if (!over) {
            over = true;
            promise.complete(new Body(bytes, budget, reserved));
        }
    }

    private boolean reserve(long more) {
        if (budget.reserve(more)) {
            reserved += more;
            return true;
        }
        fail(new HearthException(
                ErrorCode.TOO_MANY_REQUESTS,
                "bodies of other requests fill the " + budget.total() + " of memory kept for them"));
        return false;
    }

    private HearthException tooLarge(String size) {
        return new HearthException(ErrorCode.INGRESS_EXCEEDED, what + " has " + size + ", the limit is " + limit);
    }

    private void fail(HearthException cause) {
        if (!over) {
            over = true;
            budget.release(reserved);
            bytes = Buffer.buffer();
            promise.fail(cause);
        }
    }
}
