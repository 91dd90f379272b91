package dev.hearth.invoker.sidechannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private static final String INVOCATION = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    /** The only frame in these bytes. */
    private static <T> T only(Buffer bytes, int type, long id, java.util.function.Function<FrameReader, T> read) {
        List<T> all = new ArrayList<>();
        new FrameDecoder((t, i, payload) -> {
                    assertThat(t).isEqualTo(type);
                    assertThat(i).isEqualTo(id);
                    all.add(read.apply(payload));
                    assertThat(payload.remaining()).isZero();
                })
                .handle(bytes);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private record Run(long deadline, String invocation, String type, boolean more, String body) {}

    private static Run run(FrameReader in) {
        return new Run(in.u64(), in.text(), in.text(), in.u8() == 1, in.rest().toString());
    }

    @Test
    void writesARunThatReadsBackAsItWas() {
        Buffer frame =
                Outgoing.run(new RunHead(7, 1234, INVOCATION, "application/json"), Buffer.buffer("{\"a\":1}"), true);

        assertThat(only(frame, Frame.RUN, 7, OutgoingTest::run))
                .isEqualTo(new Run(1234, INVOCATION, "application/json", true, "{\"a\":1}"));
    }

    @Test
    void hasRoomForExactlyWhatItSaysFits() {
        for (String type : List.of("", "text/plain", "t".repeat(512), "t".repeat(513), "ü".repeat(512))) {
            RunHead head = new RunHead(1, 0, INVOCATION, type);
            Buffer body = Buffer.buffer("b".repeat(Outgoing.inlineRoom(head)));

            Run seen = only(Outgoing.run(head, body, false), Frame.RUN, 1, OutgoingTest::run);

            assertThat(seen.body()).hasSize(body.length());
            assertThat(seen.type()).isEqualTo(type.length() > 512 ? "" : type);
        }
    }

    @Test
    void writesTheSmallFrames() {
        String welcome = only(Outgoing.welcome(262_144), Frame.WELCOME, 0, in -> in.u8() + "," + in.u32());
        assertThat(welcome).isEqualTo("0,262144");
        assertThat(only(Outgoing.refuse("grüße"), Frame.REFUSE, 0, FrameReader::text))
                .isEqualTo("grüße");
        assertThat(only(Outgoing.end(3, true), Frame.END, 3, FrameReader::u8)).isZero();
        assertThat(only(Outgoing.end(3, false), Frame.END, 3, FrameReader::u8)).isOne();
        assertThat(only(Outgoing.credit(4, 99), Frame.CREDIT, 4, FrameReader::i32))
                .isEqualTo(99);
        assertThat(only(Outgoing.empty(Frame.STAT, 5), Frame.STAT, 5, FrameReader::remaining))
                .isZero();
        assertThat(only(
                                Outgoing.data(6, Buffer.buffer("d".repeat(Outgoing.MOST_DATA))),
                                Frame.DATA,
                                6,
                                FrameReader::rest)
                        .length())
                .isEqualTo(Outgoing.MOST_DATA);
    }

    @Test
    void neverWritesAFrameThatTheOtherSideMustRefuse() {
        Buffer tooLong = Buffer.buffer("d".repeat(Outgoing.MOST_DATA + 1));

        assertThatThrownBy(() -> Outgoing.data(1, tooLong)).isInstanceOf(IllegalArgumentException.class);
    }
}
