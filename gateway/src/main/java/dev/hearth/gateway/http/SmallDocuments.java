package dev.hearth.gateway.http;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads requests whose body is a small JSON object of texts. */
public final class SmallDocuments {
    private static final Bytes LARGEST = Bytes.ofKiB(64);
    private static final Bytes ALL = Bytes.ofMiB(4);

    private final BodyReader bodies;

    public SmallDocuments(Vertx vertx, HttpLimits limits) {
        this.bodies = new BodyReader(
                vertx,
                new BodyReader.Rules(
                        new BodyBudget(ALL, "memory for small documents"),
                        Bytes.ZERO,
                        limits.pace(),
                        limits.paceBytes()));
    }

    /** One document: its fields are texts, and only those that were expected. */
    public record Document(JsonObject fields) {
        /** The text of a field that must be there. */
        public String text(String name) {
            return optional(name)
                    .orElseThrow(() -> new HearthException(ErrorCode.INVALID_REQUEST, name + " is missing"));
        }

        /** The text of a field; null counts as left out. */
        public Optional<String> optional(String name) {
            return switch (fields.getValue(name)) {
                case null -> Optional.empty();
                case String text -> Optional.of(text);
                default -> throw new HearthException(ErrorCode.INVALID_REQUEST, name + " must be a string");
            };
        }
    }

    /**
     * Reads the body.
     *
     * @param what names the body in messages
     * @param known names of the fields that it may have
     */
    public Future<Document> read(HttpServerRequest request, String what, String... known) {
        return bodies.read(request, LARGEST, what).map(body -> {
            try {
                return parsed(body.bytes().toJsonObject(), what, new TreeSet<>(List.of(known)));
            } catch (DecodeException | ClassCastException notJson) {
                // The parser's own words would show what was sent, which may hold a password.
                throw new HearthException(ErrorCode.INVALID_REQUEST, what + " must be a JSON object");
            } finally {
                body.release();
            }
        });
    }

    private static Document parsed(JsonObject json, String what, Set<String> known) {
        Objects.requireNonNull(json).fieldNames().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new HearthException(
                            ErrorCode.INVALID_REQUEST,
                            what + " has the unknown field " + Query.shown(unknown) + ", it takes "
                                    + String.join(", ", known));
                });
        return new Document(json);
    }
}
