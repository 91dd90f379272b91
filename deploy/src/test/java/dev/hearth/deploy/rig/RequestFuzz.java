package dev.hearth.deploy.rig;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Requests that nobody would send, made from the OpenAPI document: each operation with right, nearly right and wild values. */
public final class RequestFuzz {
    private static final List<String> WILD = List.of(
            "",
            " ",
            "0",
            "-1",
            "1e9",
            "99999999999999999999",
            "null",
            "true",
            "[]",
            "{}",
            "'",
            "\"",
            "../..",
            "%00",
            "%zz",
            "a b",
            "ü",
            "\u202e",
            "1s",
            "1000d",
            "-5s",
            "1KiB",
            "999999TiB",
            "x".repeat(5_000),
            "hearth/python3");
    private static final List<String> NAMES = List.of("a", "b-1", "c_2", "UPPER", "x".repeat(64), "no/slash", "ü");
    private static final List<String> TYPES = List.of(
            "application/json",
            "text/x-python",
            "application/zip",
            "application/gzip",
            "application/octet-stream",
            "text/plain; charset=x",
            "application/json; charset=utf-16",
            "nonsense",
            "a/b;c=\"");
    private static final List<String> FIELDS = List.of(
            "runtime",
            "image",
            "contract",
            "handler",
            "code",
            "limits",
            "env",
            "network",
            "keepAlive",
            "minWarm",
            "labels",
            "secrets",
            "unknown");

    private final Api api;
    private final Random random;
    // With the first key that it makes it would be locked out.
    private final List<Operation> operations = Contract.operations().stream()
            .filter(operation -> !operation.getOperationId().equals("createKey"))
            .toList();

    public RequestFuzz(Api api, long seed) {
        this.api = api;
        this.random = new Random(seed);
    }

    /** Some request; some of them are right. */
    public HttpRequest next() {
        Operation operation = any(operations);
        String path = operation.getOpenAPIPath();
        StringBuilder query = new StringBuilder();
        for (Parameter parameter : operation.getParameters()) {
            if (parameter.getIn() == Location.PATH) {
                path = path.replace(
                        "{" + parameter.getName() + "}", encoded(random.nextInt(3) > 0 ? any(NAMES) : any(WILD)));
            } else if (parameter.getIn() == Location.QUERY && random.nextInt(4) == 0) {
                add(query, parameter.getName(), any(WILD));
            }
        }
        if (random.nextInt(10) == 0) {
            add(query, any(WILD), any(WILD));
        }
        String method = random.nextInt(20) == 0
                ? any(List.of("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD"))
                : operation.getHttpMethod().name();
        HttpRequest.Builder request = api.request(path + query).method(method, body(operation));
        if (random.nextInt(2) == 0) {
            request.header("Content-Type", any(TYPES));
        }
        if (random.nextInt(3) == 0) {
            request.header("Accept", any(List.of("text/plain", "*/*", "application/json", "q=;;", "text/plain;q=0")));
        }
        return request.build();
    }

    private void add(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? '?' : '&')
                .append(encoded(name))
                .append('=')
                .append(encoded(value));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private BodyPublisher body(Operation operation) {
        if (operation.getRequestBody() == null && random.nextInt(10) > 0) {
            return BodyPublishers.noBody();
        }
        return switch (random.nextInt(4)) {
            case 0 -> BodyPublishers.noBody();
            case 1 -> {
                byte[] bytes = new byte[random.nextInt(2_000)];
                random.nextBytes(bytes);
                yield BodyPublishers.ofByteArray(bytes);
            }
            case 2 -> BodyPublishers.ofString(any(WILD));
            default -> BodyPublishers.ofString(broken(spec(2).encode()));
        };
    }

    private JsonObject spec(int depth) {
        JsonObject spec = new JsonObject();
        for (String field : FIELDS) {
            if (random.nextInt(4) == 0) {
                spec.put(field, value(depth));
            }
        }
        return random.nextInt(3) == 0
                ? spec.put("runtime", "python3").put("code", new JsonObject().put("source", "x"))
                : spec;
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextDouble();
            case 2 -> random.nextBoolean();
            case 3, 4 -> any(WILD);
            case 5 -> new JsonArray().add(value(depth - 1)).add(value(depth - 1));
            default -> spec(depth - 1);
        };
    }

    private String broken(String json) {
        return random.nextInt(4) > 0 ? json : json.substring(0, random.nextInt(json.length()));
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
