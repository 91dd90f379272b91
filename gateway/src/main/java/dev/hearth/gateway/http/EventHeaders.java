package dev.hearth.gateway.http;

import dev.hearth.common.units.Bytes;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The headers of a request as a function may read them: lines {@code name: value\n}, names in lower case.
 *
 * <p>Bytes of values stay as they were received. Left out is what is the node's own affair: the key, where the request was
 * sent, how its body came, and what concerned one connection alone.
 */
public final class EventHeaders {
    /**
     * Largest head of a request. A header of one letter and no value doubles in size when it becomes a line, and twice this
     * leaves room in a container's frame of 64 KiB for all else that stands in it.
     */
    public static final Bytes LARGEST_HEAD = Bytes.ofKiB(28);

    private static final int ROOM = 256;
    private static final Set<String> KEPT_BACK = Set.of(
            "authorization",
            "host",
            "content-length",
            "expect",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    private static final String PROXY = "proxy-";

    private EventHeaders() {}

    /** Writes them all but those that are kept back; empty when none is left. */
    public static Buffer of(MultiMap headers) {
        Set<String> ofTheConnection = named(headers);
        StringBuilder lines = new StringBuilder(ROOM);
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!KEPT_BACK.contains(lower) && !lower.startsWith(PROXY) && !ofTheConnection.contains(lower)) {
                lines.append(inALine(lower)).append(": ").append(inALine(value)).append('\n');
            }
        });
        // Each character is one byte as received.
        return Buffer.buffer(lines.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What the Connection header says to be for the next hop only. */
    private static Set<String> named(MultiMap headers) {
        if (!headers.contains(HttpHeaders.CONNECTION)) {
            return Set.of();
        }
        List<String> all = headers.getAll(HttpHeaders.CONNECTION);
        // What most clients send, if anything; the rest takes longer than all else here.
        if (all.size() == 1 && all.getFirst().equalsIgnoreCase("keep-alive")) {
            return Set.of();
        }
        return all.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** Nothing in it may look like the end of a line. */
    private static String inALine(String text) {
        boolean clean = text.indexOf('\n') < 0 && text.indexOf('\r') < 0 && text.indexOf('\0') < 0;
        return clean ? text : text.replace('\n', ' ').replace('\r', ' ').replace('\0', ' ');
    }
}
