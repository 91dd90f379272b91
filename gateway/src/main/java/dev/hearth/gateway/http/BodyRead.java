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

/**
 * One body on its way in; belongs to the request's event loop.
 *
 * <p>The budget holds what memory holds: the room that was made for the body, of its declared length or else doubled as
 * it grows, the old room too while bytes are moved, and the copies of it that will be made on its way.
 */
final class BodyRead {
    private final HttpServerRequest request;
    private final BodyBudget budget;
    private static final long LEAST_ROOM = 4 * 1024;

    private final Bytes limit;
    private final Bytes copied;
    private final String what;
    private final Promise<Body> promise = Promise.promise();
    private Buffer bytes = Buffer.buffer();
    private long room;
    private long reserved;
    private long atLastTick;
    private boolean over;

    BodyRead(HttpServerRequest request, BodyReader.Rules rules, Bytes limit, String what) {
        this.request = request;
        this.budget = rules.budget();
        this.limit = limit;
        this.copied = rules.copied();
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
        if (!open && !makeRoom(declared)) {
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
        if (over) {
            return;
        }
        long size = (long) bytes.length() + piece.length();
        if (size > limit.value()) {
            fail(tooLarge("at least " + size + " bytes"));
        } else if (size <= room || makeRoom(Math.min(limit.value(), Math.max(LEAST_ROOM, 2 * size)))) {
            bytes.appendBuffer(piece);
        }
    }

    /** Moves what has come into room of that size; false when there is none. */
    private boolean makeRoom(long size) {
        long held = size + Math.min(size, copied.value());
        if (!budget.reserve(held)) {
            fail(budget.refusal(what, held));
            return false;
        }
        bytes = Buffer.buffer((int) size).appendBuffer(bytes);
        budget.release(reserved);
        reserved = held;
        room = size;
        return true;
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
        if (!over && (bytes.length() == room || makeRoom(bytes.length()))) {
            over = true;
            promise.complete(new Body(bytes, budget, reserved));
        }
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
