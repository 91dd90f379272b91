package dev.hearth.gateway.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.hearth.common.error.ErrorCode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestValidator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The API's OpenAPI document, and the check that holds requests against it.
 *
 * <p>Requests with a body are not checked here: bodies are read within budgets, by readers that name all faults at once;
 * tests hold those readers against the document.
 */
public final class ApiContract implements Consumer<Router> {
    private static final String FILE = "/openapi.yaml";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final OpenAPIContract document;
    private final RequestValidator requests;

    private ApiContract(Vertx vertx, OpenAPIContract document) {
        this.document = document;
        this.requests = RequestValidator.create(vertx, document);
    }

    /**
     * Reads the document; told on the caller's context.
     *
     * <p>The library finds its schemas on the class path by a folder of unpacked files, which a process that is killed
     * leaves behind. So the node's own Vert.x does without, and one that lives for the reading has it.
     */
    public static Future<ApiContract> load(Vertx vertx) {
        Context here = vertx.getOrCreateContext();
        Promise<ApiContract> loaded = Promise.promise();
        Vertx reader = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
        reader.executeBlocking(ApiContract::read)
                .compose(json -> OpenAPIContract.from(reader, Objects.requireNonNull(json)))
                .map(document -> new ApiContract(vertx, document))
                .onComplete(read -> here.runOnContext(ignored -> {
                    reader.close();
                    loaded.handle(read);
                }));
        return loaded.future();
    }

    private static JsonObject read() throws IOException {
        // Encoded and decoded, so that all of it is JSON objects and arrays.
        String json = new ObjectMapper().writeValueAsString(YAML.readTree(text().getBytes()));
        return understood(new JsonObject(json));
    }

    /** The document as it is served. */
    static Buffer text() {
        try (InputStream in = ApiContract.class.getResourceAsStream(FILE)) {
            return Buffer.buffer(
                    Objects.requireNonNull(in, FILE + " is not in the jar").readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The library refuses a document that has media types which it cannot check. */
    private static JsonObject understood(JsonObject node) {
        JsonObject out = new JsonObject();
        node.forEach(entry -> {
            boolean unknown = entry.getKey().contains("/")
                    && !entry.getKey().startsWith("/")
                    && !MediaType.isMediaTypeSupported(entry.getKey());
            if (!unknown) {
                out.put(
                        entry.getKey(),
                        entry.getValue() instanceof JsonObject part ? understood(part) : entry.getValue());
            }
        });
        return out;
    }

    public OpenAPIContract document() {
        return document;
    }

    /** To be added before all other routes. */
    @Override
    public void accept(Router router) {
        router.route("/v1/*").handler(this::check);
    }

    /** Lets a request pass, or refuses it with the parameter and what it must be. */
    private void check(RoutingContext c) {
        Operation operation =
                document.findOperation(c.request().path(), c.request().method());
        if (operation == null || operation.getRequestBody() != null) {
            c.next();
            return;
        }
        requests.validate(c.request(), operation.getOperationId())
                .onComplete(
                        valid -> c.next(),
                        against -> ErrorAnswer.of(ErrorCode.INVALID_REQUEST, reason(c, operation, against))
                                .send(c.request()));
    }

    /** The library's sentence names the parameter; what its schema says helps more than the library's reason. */
    private static String reason(RoutingContext c, Operation operation, Throwable against) {
        String told = Objects.requireNonNullElse(against.getMessage(), against.toString());
        return operation.getParameters().stream()
                .filter(parameter -> told.contains("parameter " + parameter.getName() + " "))
                .findFirst()
                .map(parameter -> parameter.getName() + " is " + given(c, operation, parameter) + ", must be "
                        + wanted(parameter))
                .orElse(told);
    }

    private static String given(RoutingContext c, Operation operation, Parameter parameter) {
        String value = parameter.getIn() == Location.PATH
                ? inPath(c.request().path(), operation.getOpenAPIPath(), parameter.getName())
                : c.queryParams().get(parameter.getName());
        return Query.shown(Objects.requireNonNullElse(value, ""));
    }

    /** What stands in a path at the place of a parameter; the route that asks is for all paths and does not know. */
    private static String inPath(@Nullable String path, String template, String name) {
        List<String> places = List.of(template.split("/", -1));
        String[] words = Objects.requireNonNullElse(path, "").split("/", -1);
        int place = places.indexOf("{" + name + "}");
        return place >= 0 && place < words.length ? QueryStringDecoder.decodeComponent(words[place]) : "";
    }

    private static String wanted(Parameter parameter) {
        JsonObject schema = JsonObject.mapFrom(parameter.getSchema());
        String most = Optional.ofNullable(schema.getValue("maximum"))
                .map(m -> " to " + m)
                .orElse("");
        String least = Optional.ofNullable(schema.getValue("minimum"))
                .map(m -> " of " + m)
                .orElse("");
        String said = Stream.of("description", "enum", "pattern")
                .filter(schema::containsKey)
                .map(schema::getValue)
                .map(Object::toString)
                .findFirst()
                .orElse("");
        return Objects.requireNonNullElse(schema.getString("type"), "a value")
                + least
                + most
                + (said.isEmpty() ? "" : ": " + said);
    }
}
