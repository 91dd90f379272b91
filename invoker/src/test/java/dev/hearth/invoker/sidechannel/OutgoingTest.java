package dev.hearth.invoker.sidechannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private static final String LATIN = "ISO-8859-1";
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

    private record Run(long deadline, String invocation, String type, String headers, boolean more, String body) {}

    private static Run run(FrameReader in) {
        return new Run(
                in.u64(),
                in.text(),
                in.text(),
                blob(in).toString(LATIN),
                in.u8() == 1,
                in.rest().toString());
    }

    private static Buffer blob(FrameReader in) {
        Buffer bytes = Buffer.buffer();
        for (long left = in.u32(); left > 0; left--) {
            bytes.appendByte((byte) in.u8());
        }
        return bytes;
    }

    private static RunHead head(String type, Buffer headers) {
        return new RunHead(7, 1234, INVOCATION, type, headers);
    }

    @Test
    void writesARunThatReadsBackAsItWas() {
        RunHead head = head("application/json", Buffer.buffer("accept: */*\nx-name: caf\u00e9\n", LATIN));

        Buffer frame = Outgoing.run(head, Buffer.buffer("{\"a\":1}"), true);

        assertThat(only(frame, Frame.RUN, 7, OutgoingTest::run))
                .isEqualTo(new Run(
                        1234, INVOCATION, "application/json", "accept: */*\nx-name: caf\u00e9\n", true, "{\"a\":1}"));
    }

    @Test
    void laysARunOutAsTheContractSays() {
        Buffer frame = Outgoing.run(head("text/plain", Buffer.buffer("a: b\n")), Buffer.buffer("body"), false);

        Buffer payload = Buffer.buffer()
                .appendLong(1234)
                .appendUnsignedShort(26)
                .appendString(INVOCATION)
                .appendUnsignedShort(10)
                .appendString("text/plain")
                .appendUnsignedInt(5)
                .appendString("a: b\n")
                .appendByte((byte) 0)
                .appendString("body");
        assertThat(frame.slice(Frame.HEADER, frame.length())).isEqualTo(payload);
    }

    @Test
    void hasRoomForExactlyWhatItSaysFits() {
        List<Buffer> heads = List.of(Buffer.buffer(), Buffer.buffer("a: b\n"), Buffer.buffer(new byte[56 * 1024]));
        for (String type : List.of("", "text/plain", "t".repeat(512), "t".repeat(513), "ü".repeat(512))) {
            for (Buffer headers : heads) {
                RunHead head = head(type, headers);
                Buffer body = Buffer.buffer("b".repeat(Outgoing.inlineRoom(head)));

                Run seen = only(Outgoing.run(head, body, false), Frame.RUN, 7, OutgoingTest::run);

                assertThat(seen.body()).isNotEmpty().hasSize(body.length());
                assertThat(seen.headers()).hasSize(headers.length());
                assertThat(seen.type()).isEqualTo(type.length() > 512 ? "" : type);
            }
        }
    }

    @Test
    void writesTheSmallFrames() {
        String welcome = only(Outgoing.welcome(262_144), Frame.WELCOME, 0, in -> in.u8() + "," + in.u32());
        assertThat(welcome).isEqualTo("1,262144");
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
