package dev.hearth.gateway.destination;

import dev.hearth.gateway.destination.DeliveryView.State;
import java.time.Instant;
import java.util.Optional;

/**
 * A delivery as the database holds it.
 *
 * @param dueAt when it is tried next, Unix milliseconds; of one that has ended, when that was
 * @param document what is sent; empty once it is delivered
 */
record DeliveryRow(
        String id,
        String namespace,
        String invocation,
        String event,
        String target,
        String lane,
        State state,
        int attempts,
        long dueAt,
        long createdAt,
        String answer,
        String document) {

    /** As it is after one more attempt, which has ended it. */
    DeliveryRow ended(State end, String said, long at) {
        String kept = end == State.DELIVERED ? "" : document;
        return new DeliveryRow(
                id, namespace, invocation, event, target, lane, end, attempts + 1, at, createdAt, said, kept);
    }

    /** As it is after one more attempt, to be tried again at that time. */
    DeliveryRow postponed(String said, long until) {
        return new DeliveryRow(
                id,
                namespace,
                invocation,
                event,
                target,
                lane,
                State.PENDING,
                attempts + 1,
                until,
                createdAt,
                said,
                document);
    }

    DeliveryView view() {
        Optional<Instant> due = Optional.of(Instant.ofEpochMilli(dueAt));
        boolean pending = state == State.PENDING;
        return new DeliveryView(
                id,
                event,
                target,
                state,
                attempts,
                Instant.ofEpochMilli(createdAt),
                due.filter(at -> pending),
                due.filter(at -> !pending),
                answer);
    }
}
