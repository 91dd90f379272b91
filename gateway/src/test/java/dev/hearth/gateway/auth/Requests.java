package dev.hearth.gateway.auth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Sends requests with and without keys to a server under test. */
final class Requests implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;

    Requests(int port) {
        base = "http://127.0.0.1:" + port;
    }

    HttpResponse<String> with(String key, String method, String path) {
        return send(method, path, "Authorization", "Bearer " + key);
    }

    HttpResponse<String> send(String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new AssertionError(method + " " + path, failure);
        } catch (InterruptedException stopped) {
            throw new AssertionError("interrupted", stopped);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
