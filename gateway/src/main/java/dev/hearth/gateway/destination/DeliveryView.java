package dev.hearth.gateway.destination;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a delivery stands.
 *
 * @param event {@code success} or {@code failure}
 * @param target the destination as it was written
 * @param attempts how often it was tried
 * @param createdAt when the invocation had ended
 * @param nextAt when it is tried next; empty when it has ended
 * @param endedAt when it was delivered or given up; empty before that
 * @param answer what the last attempt brought, for people; empty before the first
 */
public record DeliveryView(
        String id,
        String event,
        String target,
        State state,
        int attempts,
        Instant createdAt,
        Optional<Instant> nextAt,
        Optional<Instant> endedAt,
        String answer) {

    /** Whether it goes on. */
    public enum State {
        PENDING,
        DELIVERED,
        FAILED
    }

    /** The form in which records show it. */
    public JsonObject json() {
        return new JsonObject()
                .put("id", id)
                .put("event", event)
                .put("target", target)
                .put("state", state.name())
                .put("attempts", attempts)
                .put("createdAt", createdAt.toString())
                .put("nextAt", nextAt.map(Instant::toString).orElse(null))
                .put("endedAt", endedAt.map(Instant::toString).orElse(null))
                .put("answer", answer);
    }
}
