package dev.hearth.invoker.names;

import dev.hearth.invoker.names.Question.Verdict;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a name server answered.
 *
 * @param verdict whether there is such a name
 * @param addresses of IPv4, as numbers
 * @param seconds for which the answer holds
 */
public record Found(Verdict verdict, List<Integer> addresses, long seconds) {
    private static final int NO_SUCH_NAME = 3;
    private static final int RESPONSE = 0x8000;
    private static final int CODE = 0xf;
    private static final int POINTER = 0xc0;
    private static final int RECORD = 10;
    private static final long LONGEST = 86_400;

    public Found {
        addresses = List.copyOf(addresses);
    }

    /** Reads the answer to what {@link Question#ask} asked; empty when it is another's, or none. */
    static Optional<Found> read(Buffer packet, Buffer asked) {
        int question = asked.length() - Question.HEADER;
        int records = Question.HEADER + question;
        boolean ours = packet.length() >= records
                && packet.getUnsignedShort(0) == asked.getUnsignedShort(0)
                && (packet.getUnsignedShort(2) & RESPONSE) != 0
                && packet.getUnsignedShort(4) == 1
                && packet.getBuffer(Question.HEADER, records)
                        .toString("ISO-8859-1")
                        .equalsIgnoreCase(
                                asked.getBuffer(Question.HEADER, records).toString("ISO-8859-1"));
        if (!ours) {
            return Optional.empty();
        }
        return switch (packet.getUnsignedShort(2) & CODE) {
            case 0 -> Optional.of(addresses(packet, records));
            case NO_SUCH_NAME -> Optional.of(new Found(Verdict.NO_SUCH_NAME, List.of(), 0));
            default -> Optional.of(new Found(Verdict.FAILED, List.of(), 0));
        };
    }

    /** Of all records of the answer, since aliases stand there too; one that was cut short ends at the cut. */
    private static Found addresses(Buffer packet, int from) {
        List<Integer> addresses = new ArrayList<>();
        long seconds = LONGEST;
        int at = from;
        for (int left = packet.getUnsignedShort(6); left > 0; left--) {
            at = afterName(packet, at);
            if (at + RECORD > packet.length()) {
                break;
            }
            int type = packet.getUnsignedShort(at);
            int length = packet.getUnsignedShort(at + 8);
            seconds = Math.min(seconds, packet.getUnsignedInt(at + 4));
            at += RECORD;
            if (at + length > packet.length()) {
                break;
            }
            if (type == Question.ADDRESS && length == 4) {
                addresses.add(packet.getInt(at));
            }
            at += length;
        }
        return new Found(Verdict.FOUND, addresses, seconds);
    }

    private static int afterName(Buffer packet, int from) {
        int at = from;
        while (at < packet.length()) {
            int length = packet.getUnsignedByte(at);
            if (length >= POINTER) {
                return at + 2;
            }
            at += 1 + length;
            if (length == 0) {
                return at;
            }
        }
        return at;
    }
}
