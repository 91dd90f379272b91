package dev.hearth.gateway.invocation;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What is known of an asynchronous invocation beyond its record, in lines for people. */
final class MoreText {
    private MoreText() {}

    static void of(JsonObject more, BiConsumer<String, Object> line) {
        JsonObject queue = more.getJsonObject("queue");
        if (queue != null) {
            line.accept(
                    "queue",
                    queue.getInteger("position") + " before it, start predicted "
                            + Objects.toString(queue.getString("predictedStart"), "at an unknown time"));
        }
        line.accept("due", more.getString("dueAt"));
        line.accept("expires", more.getString("expiresAt"));
        each(more.getJsonArray("history"), attempt -> line.accept("attempt", attempt(attempt)));
        each(more.getJsonArray("deliveries"), delivery -> line.accept("told", delivery(delivery)));
        if (Boolean.TRUE.equals(more.getBoolean("deadLetter"))) {
            line.accept("dead letter", "its event is kept: hearth dead-letters redrive takes it up again");
        }
    }

    private static void each(JsonArray array, Consumer<JsonObject> reader) {
        if (array != null) {
            for (int i = 0; i < array.size(); i++) {
                reader.accept(array.getJsonObject(i));
            }
        }
    }

    private static String attempt(JsonObject attempt) {
        JsonObject cause = attempt.getJsonObject("cause");
        return attempt.getInteger("number") + " on " + attempt.getString("node") + " at "
                + attempt.getString("dispatchedAt") + ": "
                + Objects.toString(attempt.getString("outcome"), "under way")
                + (cause == null ? "" : ", " + cause.getString("message"));
    }

    private static String delivery(JsonObject delivery) {
        return delivery.getString("target") + " " + delivery.getString("state") + " "
                + Objects.toString(delivery.getString("answer"), "");
    }
}
