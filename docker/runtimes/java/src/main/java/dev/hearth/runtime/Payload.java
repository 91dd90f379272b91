package dev.hearth.runtime;

import dev.hearth.function.Response;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Bodies: the event as its content type says, the result as the contract's table says. */
final class Payload {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String BYTES = "application/octet-stream";
    private static final String JSON = "application/json";

    private Payload() {}

    /** The body of a result. */
    static final class Body {
        private final String contentType;
        private final byte[] bytes;

        Body(String contentType, byte[] bytes) {
            this.contentType = contentType;
            this.bytes = bytes;
        }

        String contentType() {
            return contentType;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /** A JSON value, a text or the bytes themselves; null for no body. */
    static @Nullable Object event(String contentType, byte[] body) throws Unacceptable {
        if (body.length == 0) {
            return null;
        }
        String type = type(contentType);
        if (isJson(type)) {
            return json(body);
        }
        return type.startsWith("text/") ? text(contentType, body) : body;
    }

    static @Nullable Object json(byte[] body) throws Unacceptable {
        try {
            return new JsonReader(text("", body)).read();
        } catch (JsonReader.NotJson e) {
            throw Unacceptable.event("the event is not JSON: " + e.getMessage());
        }
    }

    /** The body as text: in the charset that the content type names, UTF-8 without one. */
    static String text(String contentType, byte[] body) throws Unacceptable {
        String name = charset(contentType);
        try {
            return Charset.forName(name)
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
            throw Unacceptable.event("the event is not readable: unknown charset " + name);
        } catch (CharacterCodingException e) {
            throw Unacceptable.event("the event is not " + name + " text: " + e.getMessage());
        }
    }

    static Body result(@Nullable Object value) throws Unacceptable {
        return switch (value) {
            case Response response ->
                new Body(response.contentType(), result(response.body()).bytes());
            case CharSequence text -> new Body(TEXT, utf8(text));
            case byte[] bytes -> new Body(BYTES, bytes);
            case null, default -> new Body(JSON, toJson(value));
        };
    }

    private static byte[] utf8(CharSequence text) throws Unacceptable {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw Unacceptable.result(
                    "the function returned text that is no Unicode, which cannot be sent: " + e.getMessage());
        }
    }

    private static byte[] toJson(@Nullable Object value) throws Unacceptable {
        try {
            return JsonWriter.write(value).getBytes(StandardCharsets.UTF_8);
        } catch (JsonWriter.NoJsonForm e) {
            String type = value == null ? "null" : value.getClass().getName();
            throw Unacceptable.result("the function returned " + type + ", which cannot be sent: " + e.getMessage());
        }
    }

    private static String type(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isJson(String type) {
        return type.equals(JSON) || type.endsWith("+json");
    }

    private static String charset(String contentType) {
        int at = contentType.indexOf(';');
        while (at >= 0) {
            int stop = contentType.indexOf(';', at + 1);
            String parameter = contentType.substring(at + 1, stop < 0 ? contentType.length() : stop);
            int equals = parameter.indexOf('=');
            if (equals > 0 && parameter.substring(0, equals).strip().equalsIgnoreCase("charset")) {
                String name = parameter.substring(equals + 1).strip().replace("\"", "");
                return name.isEmpty() ? "utf-8" : name.toLowerCase(Locale.ROOT);
            }
            at = stop;
        }
        return "utf-8";
    }
}
