package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.LogReply.Line;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineBufferTest {
    private final LineBuffer log = new LineBuffer(1_000);

    private void out(String text) {
        log.append(false, 1, Buffer.buffer(text));
    }

    private static List<String> texts(List<Line> lines) {
        return lines.stream().map(Line::text).toList();
    }

    @Test
    void putsPiecesOfALineTogetherPerStream() {
        out("he");
        log.append(true, 2, Buffer.buffer("wo"));
        log.append(false, 3, Buffer.buffer("llo\n"));
        log.append(true, 4, Buffer.buffer("rld\n"));

        assertThat(log.from(0, true)).containsExactly(new Line(1, false, "hello"), new Line(2, true, "world"));
    }

    @Test
    void keepsACharacterWholeWhoseBytesComeApart() {
        byte[] bytes = "grün\n".getBytes(StandardCharsets.UTF_8);
        for (byte one : bytes) {
            log.append(false, 1, Buffer.buffer(new byte[] {one}));
        }

        assertThat(texts(log.from(0, true))).containsExactly("grün");
    }

    @Test
    void showsWhatWasWrittenLastWithoutALineFeed() {
        out("one\ntwo");

        assertThat(texts(log.from(0, true))).containsExactly("one", "two");
        assertThat(log.tail(1)).containsExactly("two");

        out(" more\n");
        assertThat(texts(log.from(0, true))).containsExactly("one", "two more");
    }

    @Test
    void keepsEmptyLinesAndTakesTheCarriageReturnAway() {
        out("\r\n\nlast\r\n");

        assertThat(texts(log.from(0, true))).containsExactly("", "", "last");
    }

    @Test
    void keepsTheFirstLinesCountsTheRestAndRemembersTheLast() {
        for (int i = 1; i <= 500; i++) {
            out("line " + i + "\n");
        }

        List<String> kept = texts(log.from(0, true));
        assertThat(kept).startsWith("line 1", "line 2").doesNotContain("line 500");
        assertThat(log.tail(2)).containsExactly("line 499", "line 500");
        List<String> whole = texts(log.whole(0));
        assertThat(whole.subList(0, kept.size())).isEqualTo(kept);
        assertThat(whole.get(kept.size())).contains(log.dropped() + " lines are left out here");
        assertThat(whole).endsWith("line 498", "line 499", "line 500");
        assertThat(log.dropped()).isEqualTo(500 - (whole.size() - 1));
    }

    @Test
    void leavesNoHoleBeforeALineThatWouldStillFit() {
        out("x".repeat(2_000) + "\n");
        out("short\n");

        assertThat(log.from(0, true)).isEmpty();
        assertThat(texts(log.whole(0))).containsExactly("x".repeat(2_000), "short");
        assertThat(log.dropped()).isZero();
        assertThat(log.tail(5)).last().isEqualTo("short");
    }

    @Test
    void staysBoundedWhateverIsWritten() {
        for (int i = 0; i < 200; i++) {
            log.append(i % 2 == 0, i, Buffer.buffer("z".repeat(60_000)));
            log.append(i % 3 == 0, i, Buffer.buffer("\n".repeat(1_000)));
        }

        assertThat(log.bytes()).isLessThan(1_000 + 16 * 1024 + 4 * 64 * 1024);
    }

    @Test
    void countsWhatEmptyLinesCost() {
        out("\n".repeat(1_000_000));

        assertThat(log.from(0, true)).hasSizeLessThan(1_000);
    }

    @Test
    void holdsALineWithoutItsEndBackFromWhoAsksOnlyForWholeOnes() {
        out("a\nb");

        assertThat(texts(log.from(0, false))).containsExactly("a");
        assertThat(texts(log.from(0, true))).containsExactly("a", "b");
        out("c\n");
        assertThat(texts(log.from(1, false))).containsExactly("bc");
    }

    @Test
    void readsFromALineOnAndFromBeyondTheEnd() {
        out("a\nb\nc\n");

        assertThat(texts(log.from(1, true))).containsExactly("b", "c");
        assertThat(log.from(7, true)).isEmpty();
        assertThat(log.from(-1, true)).hasSize(3);
        assertThat(log.tail(0)).isEmpty();
    }
}
