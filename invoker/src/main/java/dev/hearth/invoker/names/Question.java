package dev.hearth.invoker.names;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One question of a program (RFC 1035).
 *
 * @param id by which the program knows the answer
 * @param name in small letters, without a dot at its end
 * @param type of the records asked for
 * @param raw the question as it came, which the answer repeats: a program may compare its letters
 */
public record Question(int id, String name, int type, Buffer raw) {
    /** Addresses of IPv4. */
    public static final int ADDRESS = 1;

    static final int HEADER = 12;
    static final int INTERNET = 1;
    private static final int LONGEST = 253;
    private static final int LABEL = 63;
    private static final int RESPONSE_OR_OTHER_THAN_QUERY = 0xf800;

    /** Most bytes of an answer without an agreement on more. */
    private static final int ANSWER = 512;

    private static final int RECORD = 16;
    private static final int NAME_OF_QUESTION = 0xc000 | HEADER;
    private static final int ANSWERED = 0x8180;

    /** What an answer says beside addresses. */
    public enum Verdict {
        FOUND(0),
        FAILED(2),
        NO_SUCH_NAME(3);

        final int code;

        Verdict(int code) {
            this.code = code;
        }
    }

    /** Reads it; empty when it is none or more than one. */
    public static Optional<Question> read(Buffer packet) {
        if (packet.length() < HEADER
                || (packet.getUnsignedShort(2) & RESPONSE_OR_OTHER_THAN_QUERY) != 0
                || packet.getUnsignedShort(4) != 1) {
            return Optional.empty();
        }
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (at < packet.length() && packet.getByte(at) != 0) {
            int length = packet.getUnsignedByte(at);
            if (length > LABEL || at + 1 + length >= packet.length() || name.length() + length > LONGEST) {
                return Optional.empty();
            }
            // Any byte may stand in a label: one that holds a dot must not pass for two labels.
            String label = packet.getString(at + 1, at + 1 + length, "ISO-8859-1");
            name.append(name.isEmpty() ? "" : ".").append(label.replace('.', ' '));
            at += 1 + length;
        }
        int end = at + 5;
        if (end > packet.length() || packet.getUnsignedShort(at + 3) != INTERNET) {
            return Optional.empty();
        }
        Buffer raw = packet.getBuffer(HEADER, end);
        return Optional.of(new Question(
                packet.getUnsignedShort(0),
                name.toString().toLowerCase(Locale.ROOT),
                packet.getUnsignedShort(at + 1),
                raw));
    }

    /** The question as this machine asks it of others. */
    static Buffer ask(int id, String name) {
        Buffer packet = Buffer.buffer(ANSWER)
                .appendUnsignedShort(id)
                .appendUnsignedShort(0x0100)
                .appendUnsignedShort(1)
                .appendUnsignedShort(0)
                .appendUnsignedShort(0)
                .appendUnsignedShort(0);
        for (String label : name.split("\\.", -1)) {
            byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
            packet.appendUnsignedByte((short) bytes.length).appendBytes(bytes);
        }
        return packet.appendByte((byte) 0).appendUnsignedShort(ADDRESS).appendUnsignedShort(INTERNET);
    }

    /** As many of the addresses as fit, under the name that was asked for, whatever names led to them. */
    public Buffer answer(Verdict verdict, List<Integer> addresses, long seconds) {
        int fit = Math.min(addresses.size(), (ANSWER - HEADER - raw.length()) / RECORD);
        Buffer packet = Buffer.buffer(ANSWER)
                .appendUnsignedShort(id)
                .appendUnsignedShort(ANSWERED | verdict.code)
                .appendUnsignedShort(1)
                .appendUnsignedShort(fit)
                .appendUnsignedShort(0)
                .appendUnsignedShort(0)
                .appendBuffer(raw);
        for (int address : addresses.subList(0, fit)) {
            packet.appendUnsignedShort(NAME_OF_QUESTION)
                    .appendUnsignedShort(ADDRESS)
                    .appendUnsignedShort(INTERNET)
                    .appendUnsignedInt(seconds)
                    .appendUnsignedShort(4)
                    .appendInt(address);
        }
        return packet;
    }
}
