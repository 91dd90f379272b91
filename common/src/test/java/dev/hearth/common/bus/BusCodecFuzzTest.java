package dev.hearth.common.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes that no codec wrote are refused, and cost no more memory than their own length allows. */
final class BusCodecFuzzTest {
    private static final long SPARE = 1024 * 1024;
    private static final int FACTOR = 64;
    private final BusCodec codec = new BusCodec(true);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    // What the JVM allocates to load classes and link lambdas at their first use is not the codec's.
    @BeforeEach
    void warmUp() {
        for (BusMessage message : new AnyMessage(10).oneOfEach()) {
            readOrRefuse(framed(payload(message)), 10);
            readOrRefuse(framed(payload(message).slice(0, 1)), 10);
        }
    }

    @Test
    void aMessageCutAnywhereIsRefused() {
        for (BusMessage message : new AnyMessage(11).oneOfEach()) {
            Buffer payload = payload(message);
            for (int length = 0; length < payload.length(); length += 1 + length / 50) {
                Buffer wire = framed(payload.slice(0, length));
                assertThatThrownBy(() -> codec.decodeFromWire(0, wire))
                        .as("%s cut to %d bytes", message.getClass().getSimpleName(), length)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void aBufferShorterThanItsLengthSaysIsRefused() {
        for (int length : new int[] {1 << 30, Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 7}) {
            Buffer wire = Buffer.buffer().appendInt(length).appendString("\1\17");
            assertThatThrownBy(() -> codec.decodeFromWire(0, wire)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void corruptedBytesAreReadOrRefusedWithoutHugeAllocation() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            for (BusMessage message : new AnyMessage(seed).oneOfEach()) {
                Buffer payload = corrupted(payload(message), random);
                long before = threads.getCurrentThreadAllocatedBytes();
                readOrRefuse(framed(payload), seed);
                long made = threads.getCurrentThreadAllocatedBytes() - before;
                assertThat(made)
                        .as("seed %d, %d bytes", seed, payload.length())
                        .isLessThan(SPARE + (long) FACTOR * payload.length());
            }
        }
    }

    @Test
    void randomBytesAreReadOrRefusedWithoutHugeAllocation() {
        for (long seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            Buffer payload = Buffer.buffer().appendByte((byte) 1).appendByte((byte) (1 + random.nextInt(26)));
            payload.appendBytes(bytes);
            long before = threads.getCurrentThreadAllocatedBytes();
            readOrRefuse(framed(payload), seed);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("seed %d", seed)
                    .isLessThan(SPARE);
        }
    }

    private void readOrRefuse(Buffer wire, long seed) {
        try {
            codec.decodeFromWire(0, wire);
        } catch (RuntimeException e) {
            assertThat(e).as("seed %d", seed).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Buffer payload(BusMessage message) {
        Buffer wire = Buffer.buffer();
        codec.encodeToWire(wire, message);
        return wire.slice(4, wire.length());
    }

    private static Buffer framed(Buffer payload) {
        return Buffer.buffer().appendInt(payload.length()).appendBuffer(payload);
    }

    private static Buffer corrupted(Buffer payload, Random random) {
        Buffer copy = payload.copy();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            // The version stays: a wrong one hides what comes after it.
            copy.setByte(1 + random.nextInt(copy.length() - 1), (byte) random.nextInt(256));
        }
        return copy;
    }
}
