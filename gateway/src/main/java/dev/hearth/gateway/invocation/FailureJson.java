package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.Ran;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A failure as the API tells it, as the database keeps it, and as heads pass it on. */
public final class FailureJson {
    private FailureJson() {}

    public static JsonObject write(Failure failure) {
        return new JsonObject()
                .put("code", failure.code().name())
                .put("message", failure.message())
                .put("type", failure.type())
                .put("stack", failure.stack())
                .put("log", new JsonArray(failure.logTail()))
                .put("ran", failure.ran().name());
    }

    /** What {@link #write} made. */
    public static Failure read(JsonObject json) {
        List<String> log =
                json.getJsonArray("log").stream().map(String::valueOf).toList();
        return new Failure(
                ErrorCode.valueOf(json.getString("code")),
                json.getString("message"),
                json.getString("type"),
                json.getString("stack"),
                log,
                Ran.valueOf(json.getString("ran")));
    }
}
