package dev.hearth.gateway.http;

import dev.hearth.common.units.Bytes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/** Reads whole bodies within a limit, a common budget of memory, and a least pace. */
public final class BodyReader {
    private final Vertx vertx;
    private final Rules rules;

    /**
     * What all bodies of one kind keep to.
     *
     * @param budget memory for them
     * @param copied most bytes of a body that are copied again on its way, while it is held
     * @param pace a body must bring {@code paceBytes} in each of these spans
     * @param paceBytes see {@code pace}
     */
    public record Rules(BodyBudget budget, Bytes copied, Duration pace, Bytes paceBytes) {}

    public BodyReader(Vertx vertx, Rules rules) {
        this.vertx = vertx;
        this.rules = rules;
    }

    /**
     * Reads the body; to be called in the request's handler, or later if the request was paused there.
     *
     * <p>Fails with INGRESS_EXCEEDED before the first byte when the declared length is above the limit or the whole
     * budget, or as soon as more bytes have come; with TOO_MANY_REQUESTS when the budget is used up; with INVALID_REQUEST when the client is
     * too slow or goes away. Who gets the body releases it.
     *
     * @param what names the body and the setting in the message, such as {@code the code (gateway.code-bytes)}
     */
    public Future<Body> read(HttpServerRequest request, Bytes limit, String what) {
        BodyRead read = new BodyRead(request, rules, limit, what);
        read.start(vertx, rules.pace(), rules.paceBytes());
        return read.future();
    }
}
