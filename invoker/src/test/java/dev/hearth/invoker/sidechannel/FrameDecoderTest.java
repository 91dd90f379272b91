package dev.hearth.invoker.sidechannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private final List<Seen> seen = new ArrayList<>();
    private final FrameDecoder decoder = new FrameDecoder(
            (type, id, payload) -> seen.add(new Seen(type, id, payload.rest().toString())));

    private record Seen(int type, long id, String payload) {}

    private static Buffer frame(int type, long id, String payload) {
        return Frame.seal(Frame.open(type, id, payload.length()).appendString(payload));
    }

    @Test
    void findsTheSameFramesHoweverTheBytesAreCut() {
        Buffer stream = Buffer.buffer();
        List<Seen> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String payload = "x".repeat(i * i);
            stream.appendBuffer(frame(i + 1, -i, payload));
            sent.add(new Seen(i + 1, -i, payload));
        }
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            seen.clear();
            int at = 0;
            while (at < stream.length()) {
                int end = Math.min(stream.length(), at + 1 + random.nextInt(seed % 2 == 0 ? 7 : 3_000));
                decoder.handle(stream.getBuffer(at, end));
                at = end;
            }
            assertThat(seen).as("seed %s", seed).isEqualTo(sent);
        }
    }

    @Test
    void takesTheLargestFrameAndTheSmallest() {
        String most = "y".repeat(Frame.MAX_LENGTH - Frame.FIXED);

        decoder.handle(frame(8, 1, most).appendBuffer(Frame.open(15, 2, 0)));

        assertThat(seen).containsExactly(new Seen(8, 1, most), new Seen(15, 2, ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 65_537, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void refusesAForbiddenLengthAsSoonAsItIsRead(int length) {
        Buffer head = Buffer.buffer().appendInt(length);

        assertThatThrownBy(() -> decoder.handle(head))
                .isInstanceOf(ProtocolFault.class)
                .hasMessageContaining(Integer.toUnsignedString(length));
        assertThat(seen).isEmpty();
    }

    @Test
    void handsOnWhatCameBeforeTheBytesThatMakeNoSense() {
        Buffer bytes = frame(11, 1, "whole").appendInt(3);

        assertThatThrownBy(() -> decoder.handle(bytes)).isInstanceOf(ProtocolFault.class);
        assertThat(seen).containsExactly(new Seen(11, 1, "whole"));
    }

    @Test
    void survivesAnyBytesWithAnAnswerOrAProtocolFault() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            FrameDecoder hardened = new FrameDecoder((type, id, payload) -> Hello.read(payload));
            try {
                hardened.handle(Buffer.buffer(noise));
            } catch (ProtocolFault expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }
}
