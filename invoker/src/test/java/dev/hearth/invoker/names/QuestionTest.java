package dev.hearth.invoker.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.names.Question.Verdict;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class QuestionTest {
    private static final int ADDRESS = 0xcb007102;

    private final Buffer asked = Question.ask(7, "web.example");

    private Question question() {
        return Question.read(asked).orElseThrow();
    }

    @Test
    void readsWhatItAsks() {
        assertThat(question().id()).isEqualTo(7);
        assertThat(question().name()).isEqualTo("web.example");
        assertThat(question().type()).isEqualTo(Question.ADDRESS);
    }

    @Test
    void aNameIsComparedInSmallLettersAndAnsweredAsItCame() {
        Buffer loud = asked.copy().setString(13, "WeB");
        Question question = Question.read(loud).orElseThrow();
        assertThat(question.name()).isEqualTo("web.example");
        assertThat(question.answer(Verdict.FOUND, List.of(), 0).getString(13, 16))
                .isEqualTo("WeB");
    }

    @Test
    void aLabelWithADotIsNotTwoLabels() {
        Buffer tricky = Buffer.buffer(asked.getBytes(0, 12))
                .appendByte((byte) 11)
                .appendString("web.example")
                .appendByte((byte) 0)
                .appendUnsignedShort(1)
                .appendUnsignedShort(1);
        assertThat(Question.read(tricky).orElseThrow().name()).isEqualTo("web example");
    }

    @Test
    void anAnswerIsReadByWhoAsked() {
        Buffer answer = question().answer(Verdict.FOUND, List.of(ADDRESS, 5), 60);
        assertThat(Found.read(answer, asked)).hasValue(new Found(Verdict.FOUND, List.of(ADDRESS, 5), 60));
        assertThat(Found.read(question().answer(Verdict.NO_SUCH_NAME, List.of(), 0), asked))
                .map(Found::verdict)
                .hasValue(Verdict.NO_SUCH_NAME);
        assertThat(Found.read(answer, Question.ask(8, "web.example"))).isEmpty();
        assertThat(Found.read(answer, Question.ask(7, "wob.example"))).isEmpty();
        assertThat(Found.read(asked, asked)).isEmpty();
    }

    @Test
    void anAnswerFitsIntoAPacketHoweverManyAddressesThereAre() {
        List<Integer> many = IntStream.range(0, 100).boxed().toList();
        Buffer answer = question().answer(Verdict.FOUND, many, 60);
        assertThat(answer.length()).isLessThanOrEqualTo(512);
        assertThat(Found.read(answer, asked).orElseThrow().addresses()).hasSizeBetween(25, 31);
    }

    @Test
    void addressesBehindAnAliasAreFound() {
        Buffer answer = Question.read(asked)
                .orElseThrow()
                .answer(Verdict.FOUND, List.of(), 0)
                .setUnsignedShort(6, 2)
                .appendBytes(new byte[] {(byte) 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 3, 1, 'x', 0})
                .appendBytes(new byte[] {1, 'x', 0, 0, 1, 0, 1, 0, 0, 0, 50, 0, 4, 1, 2, 3, 4});
        assertThat(Found.read(answer, asked)).hasValue(new Found(Verdict.FOUND, List.of(0x01020304), 9));
    }

    @Test
    void neitherCutNorRandomBytesAreMoreThanNothing() {
        Buffer answer = question().answer(Verdict.FOUND, List.of(ADDRESS, 5), 60);
        for (int length = 0; length < answer.length(); length++) {
            Found.read(answer.getBuffer(0, length), asked);
            assertThat(Question.read(answer.getBuffer(0, length))).isEmpty();
        }
        for (int length = 0; length < asked.length(); length++) {
            assertThat(Question.read(asked.getBuffer(0, length)))
                    .as("%d bytes", length)
                    .isEmpty();
        }
        Random random = new Random(7);
        for (int n = 0; n < 20_000; n++) {
            byte[] noise = new byte[random.nextInt(80)];
            random.nextBytes(noise);
            Buffer behind = Buffer.buffer()
                    .appendBuffer(answer.getBuffer(0, asked.length()))
                    .appendBytes(noise);
            Question.read(Buffer.buffer(noise));
            Found.read(behind, asked);
        }
    }
}
