package dev.hearth.gateway.image.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest of a registry names.
 *
 * @param blobs bytes by digest of the configuration and the layers of an image
 * @param listed digests of the manifests that an index lists
 */
record StoredManifest(Map<String, Long> blobs, Set<String> listed) {
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    /** Reads it; one of a form that is not known names nothing, so that it counts with its own bytes alone. */
    static StoredManifest parse(Buffer text) {
        try {
            JsonObject manifest = text.toJsonObject();
            Map<String, Long> blobs = new HashMap<>();
            Stream.concat(entry(manifest.getValue("config")), entries(manifest.getValue("layers")))
                    .forEach(blob -> blobs.put(digest(blob), size(blob)));
            Set<String> listed = new LinkedHashSet<>();
            entries(manifest.getValue("manifests")).forEach(one -> listed.add(digest(one)));
            return new StoredManifest(blobs, listed);
        } catch (DecodeException strange) {
            return new StoredManifest(Map.of(), Set.of());
        }
    }

    private static Stream<JsonObject> entries(@Nullable Object array) {
        return array instanceof JsonArray some ? some.stream().flatMap(StoredManifest::entry) : Stream.empty();
    }

    private static Stream<JsonObject> entry(@Nullable Object value) {
        return value instanceof JsonObject some && DIGEST.matcher(digest(some)).matches()
                ? Stream.of(some)
                : Stream.empty();
    }

    private static String digest(JsonObject entry) {
        return entry.getValue("digest") instanceof String text ? text : "";
    }

    private static long size(JsonObject entry) {
        return entry.getValue("size") instanceof Number bytes ? Math.max(0, bytes.longValue()) : 0;
    }
}
