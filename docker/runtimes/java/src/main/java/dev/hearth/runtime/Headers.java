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

    /** Values of a repeated name are joined by ", ". */
    static Map<String, String> parse(ByteBuffer lines) {
        Map<String, StringBuilder> values = new LinkedHashMap<>();
        String all = StandardCharsets.ISO_8859_1.decode(lines.duplicate()).toString();
        int start = 0;
        for (int stop = all.indexOf('\n'); stop >= 0; stop = all.indexOf('\n', start)) {
            int colon = all.indexOf(": ", start);
            if (colon >= 0 && colon < stop) {
                String value = text(lines.slice(colon + 2, stop - colon - 2));
                StringBuilder known = values.get(all.substring(start, colon));
                if (known == null) {
                    values.put(all.substring(start, colon), new StringBuilder(value));
                } else {
                    known.append(", ").append(value);
                }
            }
            start = stop + 1;
        }
        Map<String, String> headers = LinkedHashMap.newLinkedHashMap(values.size());
        values.forEach((name, value) -> headers.put(name, value.toString()));
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
