package dev.hearth.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A server in a node's place that answers as a test says, one answer after the other, the last one for ever. */
final class FakeNode implements AutoCloseable {
    static final String ID = "01m7ytttx5br357fp07bgszgxw";
    static final String DONE =
            "{\"id\":\"%s\",\"function\":\"f\",\"revision\":2,\"state\":\"DONE\",\"outcome\":\"SUCCESS\","
                    + "\"submittedAt\":\"2026-11-22T10:00:00Z\",\"dispatchedAt\":\"2026-11-22T10:00:01Z\","
                    + "\"startedAt\":\"2026-11-22T10:00:02Z\",\"endedAt\":\"2026-11-22T10:00:03.5Z\",\"node\":\"n\",\"start\":\"warm\","
                    + "\"attempts\":1,\"billedGbSeconds\":0.25,\"cause\":null,\"why\":\"because\"}";
    static final String RUNNING =
            "{\"id\":\"%s\",\"function\":\"f\",\"revision\":2,\"state\":\"RUNNING\",\"outcome\":null,"
                    + "\"submittedAt\":\"2026-11-22T10:00:00Z\",\"dispatchedAt\":null,\"startedAt\":null,\"endedAt\":null,"
                    + "\"node\":null,\"start\":null,\"attempts\":1,\"billedGbSeconds\":0,\"cause\":null,\"why\":\"\"}";
    static final String FAILED =
            "{\"id\":\"%s\",\"function\":\"f\",\"revision\":2,\"state\":\"DONE\",\"outcome\":\"FUNCTION_ERROR\","
                    + "\"submittedAt\":\"2026-11-22T10:00:00Z\",\"endedAt\":\"2026-11-22T10:00:03Z\",\"attempts\":3,"
                    + "\"cause\":{\"code\":\"FUNCTION_ERROR\",\"message\":\"f raised\",\"type\":\"ValueError\",\"stack\":\"line 3\","
                    + "\"log\":[\"a\",\"b\"],\"ran\":\"YES\"},\"why\":\"\"}";

    private final HttpServer server;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Reply last;

    /** A request. */
    record Asked(String method, String path, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .flatMap(header -> header.getValue().stream())
                    .collect(Collectors.joining(","));
        }
    }

    /** What is done with a request. */
    @FunctionalInterface
    interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    FakeNode() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                body));
        Reply next = replies.poll();
        Reply reply = next != null ? next : last;
        if (reply == null) {
            exchange.close();
        } else {
            last = reply;
            reply.to(exchange);
        }
    }

    FakeNode reply(Reply how) {
        replies.add(how);
        return this;
    }

    FakeNode reply(int status, String json, String... headers) {
        return reply(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    FakeNode error(int status, String code, boolean retryable, String... headers) {
        return reply(
                status,
                "{\"error\":{\"code\":\"" + code + "\",\"message\":\"as asked\",\"retryable\":" + retryable
                        + ",\"invocation\":\"" + ID + "\",\"advice\":\"none\"}}",
                headers);
    }

    /** Takes the request and closes the connection without a word. */
    FakeNode hangUp() {
        return reply(HttpExchange::close);
    }

    FakeNode cutOff() {
        return reply(exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            exchange.close();
        });
    }

    List<Asked> asked() {
        return asked;
    }

    Asked only() {
        if (asked.size() != 1) {
            throw new AssertionError("not one request but " + asked);
        }
        return asked.getFirst();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A client that loses no time. */
    FunctionManager manager() {
        return new FunctionManager(settings());
    }

    ManagerSettings settings() {
        return ManagerSettings.at(url())
                .withRetries(3, Duration.ofMillis(5))
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10))
                .withWaiting(Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    static String id(int number) {
        return String.format("0%025d", number);
    }

    static String records(String form, int... numbers) {
        return IntStream.of(numbers).mapToObj(n -> form.formatted(id(n))).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
