package dev.hearth.gateway.durable;

import dev.hearth.common.error.Failure;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.gateway.invocation.FailureJson;
import dev.hearth.gateway.invocation.InvocationRecord;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * What is kept of one attempt beside its columns, as JSON.
 *
 * @param startedAt when the function's code began, Unix milliseconds; 0 = has not happened
 */
record Figures(
        long startedAt,
        StartKind start,
        Timings timings,
        long bytesOut,
        Traffic network,
        String why,
        Optional<Failure> failure) {
    static final Figures NONE = new Figures(0, StartKind.COLD, Timings.NONE, 0, Traffic.NONE, "", Optional.empty());

    static Figures of(InvocationRecord record) {
        return new Figures(
                record.startedAt(),
                record.start(),
                record.timings(),
                record.bytesOut(),
                record.network(),
                record.why(),
                record.failure());
    }

    static Figures failed(Failure failure) {
        return new Figures(0, StartKind.COLD, Timings.NONE, 0, Traffic.NONE, "", Optional.of(failure));
    }

    String write() {
        JsonObject json = new JsonObject()
                .put("startedAt", startedAt)
                .put("start", start.name())
                .put(
                        "timings",
                        JsonArray.of(timings.place(), timings.image(), timings.start(), timings.init(), timings.run()))
                .put("out", bytesOut)
                .put("network", JsonArray.of(network.received(), network.sent()))
                .put("why", why);
        failure.ifPresent(cause -> json.put("cause", FailureJson.write(cause)));
        return json.encode();
    }

    static Figures read(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        JsonObject json = new JsonObject(text);
        JsonArray t = json.getJsonArray("timings");
        JsonArray n = json.getJsonArray("network");
        return new Figures(
                json.getLong("startedAt"),
                StartKind.valueOf(json.getString("start")),
                new Timings(t.getLong(0), t.getLong(1), t.getLong(2), t.getLong(3), t.getLong(4)),
                json.getLong("out"),
                new Traffic(n.getLong(0), n.getLong(1)),
                json.getString("why"),
                Optional.ofNullable(json.getJsonObject("cause")).map(FailureJson::read));
    }

    static String write(Optional<Failure> failure) {
        return failure.map(cause -> FailureJson.write(cause).encode()).orElse("");
    }

    static Optional<Failure> failure(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(FailureJson.read(new JsonObject(text)));
    }
}
