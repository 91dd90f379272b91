package dev.hearth.gateway.durable;

import dev.hearth.common.id.InvocationId;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * What was asked for with an asynchronous call.
 *
 * @param timeoutMillis its own limit of the run time; 0: its revision's
 * @param retries how often it is tried again after it failed
 * @param backoffMillis wait before the first retry
 * @param onSuccess where its record and output go; empty for nowhere
 * @param onFailure where its record goes when it has failed for good; empty for nowhere
 * @param parent the invocation that asked for it
 */
record Terms(
        long timeoutMillis,
        int retries,
        long backoffMillis,
        String onSuccess,
        String onFailure,
        Optional<InvocationId> parent) {

    String write() {
        JsonObject json = new JsonObject();
        put(json, "timeout", timeoutMillis);
        put(json, "retries", retries);
        put(json, "backoff", backoffMillis);
        if (!onSuccess.isEmpty()) {
            json.put("onSuccess", onSuccess);
        }
        if (!onFailure.isEmpty()) {
            json.put("onFailure", onFailure);
        }
        parent.ifPresent(id -> json.put("parent", id.toString()));
        return json.encode();
    }

    private static void put(JsonObject json, String name, long value) {
        if (value != 0) {
            json.put(name, value);
        }
    }

    static Terms read(String text) {
        JsonObject json = new JsonObject(text);
        return new Terms(
                json.getLong("timeout", 0L),
                json.getInteger("retries", 0),
                json.getLong("backoff", 0L),
                json.getString("onSuccess", ""),
                json.getString("onFailure", ""),
                Optional.ofNullable(json.getString("parent")).map(InvocationId::parse));
    }

    /** Where the end of an invocation goes; empty for nowhere. */
    String destination(boolean success) {
        return success ? onSuccess : onFailure;
    }
}
