package dev.hearth.gateway.destination;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.destination.NewDelivery.Output;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * The JSON that destinations get: {@code delivery}, {@code event}, {@code invocation} (the record) and {@code output}.
 *
 * <p>An output that is JSON stands in it as it was returned, to the byte: read and written anew, its numbers could change.
 */
final class DeliveryDocument {
    private static final JsonFactory STRICT = new JsonFactory();

    private DeliveryDocument() {}

    static String of(String id, NewDelivery delivery, Bytes inline) {
        String output = delivery.output().map(out -> output(out, inline)).orElse("null");
        return "{\"delivery\":" + Json.encode(id)
                + ",\"event\":" + Json.encode(delivery.event().toString())
                + ",\"invocation\":" + delivery.record().encode()
                + ",\"output\":" + output + "}";
    }

    private static String output(Output output, Bytes inline) {
        Optional<Buffer> body =
                output.body().filter(bytes -> output.bytes() <= inline.value() && bytes.length() == output.bytes());
        return body.map(bytes -> inlined(output, bytes)).orElseGet(() -> value(output, "none", "null"));
    }

    private static String inlined(Output output, Buffer bytes) {
        String type = output.contentType().toLowerCase(Locale.ROOT);
        Optional<String> text = utf8(bytes);
        if (isJson(type) && text.filter(DeliveryDocument::readsAsJson).isPresent()) {
            return value(output, "json", text.get());
        }
        if (text.isPresent() && (isJson(type) || type.startsWith("text/"))) {
            return value(output, "text", Json.encode(text.get()));
        }
        return value(output, "base64", Json.encode(Base64.getEncoder().encodeToString(bytes.getBytes())));
    }

    private static String value(Output output, String encoding, String json) {
        String head = new JsonObject()
                .put("contentType", output.contentType())
                .put("bytes", output.bytes())
                .put("encoding", encoding)
                .encode();
        return head.substring(0, head.length() - 1) + ",\"value\":" + json + "}";
    }

    private static boolean isJson(String type) {
        String bare = type.split(";", 2)[0].strip();
        return bare.equals("application/json") || bare.endsWith("+json");
    }

    /** By a strict parser: what Vert.x's own lets pass, such as a comment, would break the document around it. */
    private static boolean readsAsJson(String text) {
        try (JsonParser parser = STRICT.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException not) {
            return false;
        }
    }

    private static Optional<String> utf8(Buffer bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes()))
                    .toString());
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }
}
