package dev.hearth.gateway.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a registration's JSON document: the spec as a tree, the code in it straight into bytes.
 *
 * <p>A tree takes many times the bytes that it is read from, and code as text several times. So the tree is bounded on its
 * own, far below what a body may have, and only {@code code.source} and {@code code.archive} may be large.
 */
final class DocumentReader {
    /** Longest {@code code.source}, characters; longer code is sent as the body. */
    static final int SOURCE = 4 << 20;

    private static final int VALUES = 20_000;
    private static final int TEXT = 1 << 20;
    private static final int DEPTH = 32;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(SOURCE)
                    .maxNestingDepth(DEPTH)
                    .build())
            .build();

    private final JsonParser parser;
    private final int length;
    private int values;
    private int text;
    private Optional<byte[]> source = Optional.empty();
    private Optional<byte[]> archive = Optional.empty();

    private DocumentReader(JsonParser parser, int length) {
        this.parser = parser;
        this.length = length;
    }

    /**
     * What was read.
     *
     * @param spec the document; the code's texts are empty in it
     * @param source {@code code.source} in UTF-8
     * @param archive {@code code.archive} decoded
     */
    record Document(ObjectNode spec, Optional<byte[]> source, Optional<byte[]> archive) {}

    static Document read(byte[] bytes) {
        try (JsonParser parser = JSON.createParser(bytes)) {
            return new DocumentReader(parser, bytes.length).document();
        } catch (JsonProcessingException broken) {
            throw refused("the body is not JSON: " + position(broken.getLocation()) + broken.getOriginalMessage());
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory cannot fail to be read", impossible);
        }
    }

    private Document document() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw refused("the body must be a JSON object, for example {\"runtime\":\"python3\"}");
        }
        ObjectNode spec = object(true, false);
        if (parser.nextToken() != null) {
            throw refused(
                    "the body is not JSON: " + position(parser.currentLocation()) + "something follows the object");
        }
        return new Document(spec, source, archive);
    }

    private ObjectNode object(boolean root, boolean code) throws IOException {
        ObjectNode object = NODES.objectNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String name = parser.currentName();
            count(name.length());
            token = parser.nextToken();
            boolean isText = token == JsonToken.VALUE_STRING;
            if (code && isText && name.equals("source")) {
                source = Optional.of(encoded(parser.getText()));
                object.put(name, "");
            } else if (code && isText && name.equals("archive")) {
                archive = Optional.of(decoded());
                object.put(name, "");
            } else {
                object.set(name, value(token, root && name.equals("code")));
            }
        }
        return object;
    }

    private JsonNode value(@Nullable JsonToken token, boolean code) throws IOException {
        count(0);
        return switch (token) {
            case START_OBJECT -> object(false, code);
            case START_ARRAY -> array();
            case VALUE_STRING -> {
                count(parser.getTextLength());
                yield NODES.textNode(parser.getText());
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                count(parser.getTextLength());
                yield NODES.numberNode(parser.getDecimalValue());
            }
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case null, default -> throw new IllegalStateException("no value begins with " + token);
        };
    }

    private ArrayNode array() throws IOException {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(token, false));
        }
        return array;
    }

    private void count(int characters) {
        values++;
        text += characters;
        if (values > VALUES || text > TEXT) {
            throw refused("the document has more than " + VALUES + " values or " + TEXT
                    + " characters beside the code: a spec is never that large");
        }
    }

    private static byte[] encoded(String source) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(source)) {
            throw refused("code.source holds half a character (a lone surrogate)");
        }
        return source.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] decoded() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) Math.min(length, length * 3L / 4 + 3));
        try {
            parser.readBinaryValue(out);
        } catch (JsonProcessingException | IllegalArgumentException broken) {
            throw refused(
                    "code.archive is not base64 with its padding: encode the archive with 'base64 -w0', or send it as"
                            + " the body");
        }
        return out.toByteArray();
    }

    private static HearthException refused(String message) {
        return new HearthException(ErrorCode.INVALID_REQUEST, message);
    }

    private static String position(@Nullable JsonLocation at) {
        return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }
}
