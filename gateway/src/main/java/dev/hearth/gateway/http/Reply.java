package dev.hearth.gateway.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/**
 * A successful answer in both its forms.
 *
 * @param json for programs
 * @param text for people, sent to {@code Accept: text/plain}
 * @param location value of the Location header; empty for none
 */
public record Reply(int status, JsonObject json, String text, String location) {
    public Reply(int status, JsonObject json, String text) {
        this(status, json, text, "");
    }

    public Reply withLocation(String path) {
        return new Reply(status, json, text, path);
    }

    public void send(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        boolean people = Accept.text(request);
        response.setStatusCode(status);
        Untrusted.mark(response.headers());
        response.putHeader(HttpHeaders.CONTENT_TYPE, people ? "text/plain; charset=utf-8" : "application/json");
        if (!location.isEmpty()) {
            response.putHeader(HttpHeaders.LOCATION, location);
        }
        response.end(people ? text : json.encode());
    }
}
