package dev.hearth.gateway.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Whether a client reads tables or JSON. */
public final class Accept {
    private Accept() {}

    /** True when the Accept header names {@code text/plain}, and {@code application/json} not before it. */
    public static boolean text(HttpServerRequest request) {
        String accept = request.headers().get(HttpHeaders.ACCEPT);
        if (accept == null) {
            return false;
        }
        int text = accept.indexOf("text/plain");
        int json = accept.indexOf("application/json");
        return text >= 0 && (json < 0 || text < json);
    }
}
