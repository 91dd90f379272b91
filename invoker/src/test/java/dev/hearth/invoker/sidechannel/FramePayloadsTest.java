package dev.hearth.invoker.sidechannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.bus.AnswerHead;
import dev.hearth.invoker.sidechannel.ResultHead.Answer;
import dev.hearth.invoker.sidechannel.ResultHead.Kind;
import dev.hearth.invoker.sidechannel.ResultHead.Raised;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What the payloads of frames are read as, and that none of them can do more than be refused. */
class FramePayloadsTest {
    private static FrameReader reader(Buffer payload) {
        return new FrameReader(payload, 0, payload.length());
    }

    private static Buffer hello(int major, int role, String revision, int count, long... ids) {
        Buffer out =
                Buffer.buffer().appendByte((byte) major).appendByte((byte) 7).appendByte((byte) role);
        Frame.text(Frame.text(out, "python3"), revision).appendLong(12).appendUnsignedShort(count);
        for (long id : ids) {
            out.appendLong(id);
        }
        return out;
    }

    @Test
    void readsAHello() {
        assertThat(Hello.read(reader(hello(2, 1, "rev", 2, 13, 14))))
                .isEqualTo(new Hello(false, 7, "python3", "rev", 12, List.of(13L, 14L)));
        assertThat(Hello.read(reader(hello(2, 0, "", 0))).fromBridge()).isTrue();
    }

    @Test
    void refusesAnotherMajorVersionWithASentence() {
        assertThatThrownBy(() -> Hello.read(reader(hello(1, 1, "", 0))))
                .isInstanceOf(ProtocolFault.class)
                .hasMessageContaining("protocol 1.7: this node speaks 2.1");
    }

    @Test
    void refusesAHelloThatPromisesMoreThanItHolds() {
        assertThatThrownBy(() -> Hello.read(reader(hello(2, 1, "", 3, 1, 2)))).isInstanceOf(ProtocolFault.class);
        assertThatThrownBy(() -> Hello.read(reader(hello(2, 1, "", 60_000, 1))))
                .isInstanceOf(ProtocolFault.class)
                .hasMessageContaining("60000 calls in flight");
    }

    @Test
    void readsAnAnswerAndAnErrorOfEachKind() {
        Buffer answer = Frame.text(Buffer.buffer().appendByte((byte) 0), "text/plain")
                .appendLong(-1)
                .appendByte((byte) 1)
                .appendString("first part");
        assertThat(ResultHead.read(reader(answer)))
                .isEqualTo(new Answer("text/plain", -1, Buffer.buffer("first part"), true));

        Buffer withHead = Frame.text(Buffer.buffer().appendByte((byte) 4).appendUnsignedShort(404), "text/plain")
                .appendInt(5)
                .appendString("a: b\n")
                .appendLong(2)
                .appendByte((byte) 0)
                .appendString("no");
        assertThat(ResultHead.read(reader(withHead)))
                .isEqualTo(new Answer(
                        new AnswerHead(404, Buffer.buffer("a: b\n")), "text/plain", 2, Buffer.buffer("no"), false));
        Buffer tooLong = Frame.text(Buffer.buffer().appendByte((byte) 4).appendUnsignedShort(404), "")
                .appendInt(-1);
        assertThatThrownBy(() -> ResultHead.read(reader(tooLong))).isInstanceOf(ProtocolFault.class);

        List<Kind> kinds = List.of(Kind.FUNCTION, Kind.EVENT, Kind.RESULT);
        for (Kind kind : kinds) {
            byte status = (byte) (kinds.indexOf(kind) + 1);
            Buffer raised = Buffer.buffer().appendByte(status).appendByte((byte) 1);
            Frame.text(Frame.text(Frame.text(raised, "ValueError"), "no"), "line 1");
            assertThat(ResultHead.read(reader(raised))).isEqualTo(new Raised(kind, true, "ValueError", "no", "line 1"));
        }
    }

    @Test
    void readsFiguresWithGapsWhereAllBitsAreSet() {
        Buffer figures = Buffer.buffer()
                .appendInt(-1)
                .appendLong(100)
                .appendLong(-1)
                .appendLong(3)
                .appendLong(4)
                .appendInt(5);

        assertThat(Figures.read(reader(figures))).isEqualTo(new Figures(-1, 100, -1, 3, 4, 5));
    }

    @Test
    void readsAnyBytesOrRefusesThem() {
        List<Function<FrameReader, Object>> readers =
                List.of(Hello::read, ResultHead::read, Figures::read, FrameReader::text);
        for (int seed = 0; seed < 4_000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            if (noise.length > 0 && random.nextBoolean()) {
                noise[0] = (byte) random.nextInt(4);
            }
            FrameReader in = reader(Buffer.buffer(noise));
            try {
                assertThat(readers.get(seed % readers.size()).apply(in)).isNotNull();
                assertThat(in.remaining()).isNotNegative();
            } catch (ProtocolFault refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }
}
