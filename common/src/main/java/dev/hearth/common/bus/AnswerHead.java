package dev.hearth.common.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/**
 * The HTTP head that a program of an image of its own gave its answer.
 *
 * @param status 200 to 599
 * @param headers lines {@code name: value\n}, names in lower case, as docs/contracts.md has them; without the content type
 */
public record AnswerHead(int status, Buffer headers) {
    /** Of an answer that came without one. */
    public static final AnswerHead PLAIN = new AnswerHead(200, Buffer.buffer());

    /** Gives each header, in order; a line without a colon is given as a name without a value. */
    public void forEach(BiConsumer<String, String> header) {
        if (headers.length() == 0) {
            return;
        }
        headers.toString(StandardCharsets.ISO_8859_1).lines().forEach(line -> {
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            header.accept(name, colon < 0 ? "" : line.substring(colon + 1).strip());
        });
    }
}
