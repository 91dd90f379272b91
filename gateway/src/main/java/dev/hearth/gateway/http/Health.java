package dev.hearth.gateway.http;

import io.vertx.core.json.JsonObject;

/**
 * Whether a process takes calls, as {@code /health/ready} tells it.
 *
 * @param reason why not; empty when it does
 */
public record Health(boolean ready, String reason) {
    public static final Health READY = new Health(true, "");

    public static Health notReady(String reason) {
        return new Health(false, reason);
    }

    /** The answer to {@code /health/ready}. */
    public Reply reply() {
        return reply(ready ? 200 : 503, ready ? "ready" : "not ready", reason);
    }

    /** The answer to {@code /health/live}: that there is one is all. */
    public static Reply live() {
        return reply(200, "live", "");
    }

    private static Reply reply(int status, String state, String reason) {
        JsonObject json = new JsonObject().put("status", state).put("reason", reason.isEmpty() ? null : reason);
        return new Reply(status, json, reason.isEmpty() ? state + "\n" : state + ": " + reason + "\n");
    }
}
