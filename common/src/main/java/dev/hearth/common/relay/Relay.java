package dev.hearth.common.relay;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.function.LongConsumer;

/** Passes reads of a registry of images on, and their answers back: only the headers that matter to those go along. */
public final class Relay {
    private static final List<String> ASKED = List.of("Accept", "Range", "User-Agent");
    private static final List<String> TOLD = List.of(
            "Content-Type",
            "Content-Length",
            "Content-Range",
            "Accept-Ranges",
            "ETag",
            "Docker-Content-Digest",
            "Docker-Distribution-Api-Version");

    private Relay() {}

    /** Takes over what the request asks for. */
    public static RequestOptions ask(HttpServerRequest request, RequestOptions options) {
        for (String name : ASKED) {
            request.headers().getAll(name).forEach(value -> options.addHeader(name, value));
        }
        return options;
    }

    /**
     * Sends the answer back.
     *
     * @param bytes told how many of the body went on, piece by piece
     * @return done when all went on; failed when either side broke off
     */
    public static Future<Void> answer(HttpClientResponse answer, HttpServerResponse to, LongConsumer bytes) {
        to.setStatusCode(answer.statusCode());
        for (String name : TOLD) {
            String value = answer.getHeader(name);
            if (value != null) {
                to.putHeader(name, value);
            }
        }
        if (answer.getHeader("Content-Length") == null) {
            to.setChunked(true);
        }
        return answer.pipeTo(new CountedStream(to, bytes));
    }
}
