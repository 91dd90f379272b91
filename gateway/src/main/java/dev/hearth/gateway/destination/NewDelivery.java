package dev.hearth.gateway.destination;

import dev.hearth.common.id.InvocationId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;

/**
 * What is to be told of an invocation that has ended.
 *
 * @param namespace whose invocation it is
 * @param record its record in the API's form, with the cause of a failure
 * @param output what the function returned; empty when it failed
 */
public record NewDelivery(
        InvocationId invocation,
        String namespace,
        Event event,
        Destination target,
        JsonObject record,
        Optional<Output> output) {

    /** How the invocation has ended. */
    public enum Event {
        SUCCESS,
        FAILURE;

        /** As documents and views have it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An output.
     *
     * @param contentType may be empty
     * @param bytes its length
     * @param body all of it; may be left out where it is longer than {@link Deliveries#inlineBytes}
     */
    public record Output(String contentType, long bytes, Optional<Buffer> body) {}
}
