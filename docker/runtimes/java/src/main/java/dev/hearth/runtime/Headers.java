package dev.hearth.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the headers of a run frame: lines {@code name: value}. */
final class Headers {
    private Headers() {}

    static Map<String, String> parse(ByteBuffer lines) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : text(lines).split("\n", -1)) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                headers.merge(
                        line.substring(0, colon), line.substring(colon + 2), (first, second) -> first + ", " + second);
            }
        }
        return Collections.unmodifiableMap(headers);
    }

    /** As UTF-8, which most senders mean; what is none is ISO-8859-1, as HTTP says. */
    private static String text(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
        } catch (CharacterCodingException e) {
            return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
        }
    }
}
