package dev.hearth.common.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * All that one member tells the others: where its event bus listens and at which addresses somebody hears there.
 *
 * @param node id of the member's present life
 * @param version grows with each change in that life
 * @param info where its event bus listens
 * @param subscriptions what is heard there, local ones aside
 */
record MemberState(String node, long version, NodeInfo info, List<Subscription> subscriptions) {
    private static final byte FORMAT = 1;
    /** More than any member has; what says more is damaged. */
    private static final int MOST = 100_000;

    /** One handler of an address. */
    record Subscription(String address, long sequence) {}

    MemberState {
        subscriptions = List.copyOf(subscriptions);
    }

    List<RegistrationInfo> at(String address) {
        return subscriptions.stream()
                .filter(one -> one.address().equals(address))
                .map(one -> new RegistrationInfo(node, one.sequence(), false))
                .toList();
    }

    byte[] encoded() {
        Buffer buffer = Buffer.buffer().appendByte(FORMAT);
        text(buffer, node);
        buffer.appendLong(version);
        info.writeToBuffer(buffer);
        buffer.appendInt(subscriptions.size());
        for (Subscription one : subscriptions) {
            text(buffer, one.address());
            buffer.appendLong(one.sequence());
        }
        return buffer.getBytes();
    }

    private static void text(Buffer buffer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.appendInt(bytes.length).appendBytes(bytes);
    }

    /**
     * Reads what a member sent.
     *
     * @throws IllegalArgumentException when it is damaged or of another format
     */
    static MemberState decoded(byte[] bytes) {
        Buffer buffer = Buffer.buffer(bytes);
        try {
            if (buffer.getByte(0) != FORMAT) {
                throw new IllegalArgumentException("state of a member in format " + buffer.getByte(0)
                        + ", this node reads " + FORMAT + ": run the same Hearth on all nodes");
            }
            Cursor cursor = new Cursor(buffer, 1);
            String node = cursor.text();
            long version = cursor.number();
            NodeInfo info = new NodeInfo();
            cursor.at = info.readFromBuffer(cursor.at, buffer);
            int count = cursor.count(MOST);
            List<Subscription> subscriptions = new ArrayList<>(Math.min(count, 1_024));
            for (int i = 0; i < count; i++) {
                subscriptions.add(new Subscription(cursor.text(), cursor.number()));
            }
            return new MemberState(node, version, info, subscriptions);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("state of a member, cut off", e);
        }
    }

    private static final class Cursor {
        private final Buffer buffer;
        private int at;

        Cursor(Buffer buffer, int at) {
            this.buffer = buffer;
            this.at = at;
        }

        String text() {
            int length = count(buffer.length());
            String text = buffer.getString(at, at + length, StandardCharsets.UTF_8.name());
            at += length;
            return text;
        }

        long number() {
            at += Long.BYTES;
            return buffer.getLong(at - Long.BYTES);
        }

        int count(int most) {
            int count = buffer.getInt(at);
            if (count < 0 || count > most) {
                throw new IllegalArgumentException("state of a member with a length of " + count);
            }
            at += Integer.BYTES;
            return count;
        }
    }
}
