package dev.hearth.deploy.rig;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What the node answered to one request.
 *
 * @param took from sending the request until the last byte of the answer
 */
public record Answer(int status, HttpHeaders headers, Buffer body, Duration took) {
    public String text() {
        return body.toString(StandardCharsets.UTF_8);
    }

    public JsonObject json() {
        return new JsonObject(text());
    }

    /** A header's first value; empty when it is not there. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** {@code cold}, {@code prewarmed} or {@code warm}. */
    public String start() {
        return header("Hearth-Start");
    }

    public String invocation() {
        return header("Hearth-Invocation-Id");
    }

    /** The error that the body tells. */
    public JsonObject error() {
        JsonObject error = json().getJsonObject("error");
        if (error == null) {
            throw new AssertionError("no error but " + this);
        }
        return error;
    }

    /** The error's code. */
    public String code() {
        return error().getString("code");
    }

    @Override
    public String toString() {
        String text = text();
        return "HTTP " + status + " " + headers.map() + " after " + took.toMillis() + " ms: "
                + text.substring(0, Math.min(text.length(), 2_000));
    }
}
