package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.AnswerHead;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.Ran;
import dev.hearth.common.function.Revision;
import dev.hearth.invoker.sidechannel.Figures;
import dev.hearth.invoker.sidechannel.ResultHead.Answer;
import dev.hearth.invoker.sidechannel.ResultHead.Kind;
import dev.hearth.invoker.sidechannel.ResultHead.Raised;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Figures CALM = new Figures(0, 50_000_000, 40_000_000, 1_000, 16_000_000, 1);
    private static final Figures STARVED = new Figures(1, 84_000_000, 40_000_000, 1_000, 16_000_000, 1);
    private static final Figures FULL = new Figures(0, 50_000_000, 40_000_000, 16_777_216, 0, 1);

    private final Revision revision = Samples.revision();

    private static Raised raised(Kind kind, boolean noSpace) {
        return new Raised(kind, noSpace, "OSError", "it did not work", "line 1");
    }

    @Test
    void blamesMemoryBeforeDiskBeforeTheFunction() {
        assertThat(Verdict.raised(revision, raised(Kind.FUNCTION, true), STARVED, 0)
                        .code())
                .isEqualTo(ErrorCode.OUT_OF_MEMORY);
        assertThat(Verdict.raised(revision, raised(Kind.FUNCTION, true), FULL, 0)
                        .code())
                .isEqualTo(ErrorCode.DISK_EXCEEDED);
        assertThat(Verdict.raised(revision, raised(Kind.FUNCTION, false), FULL, 0)
                        .code())
                .as("a full disk that the function did not fail of")
                .isEqualTo(ErrorCode.FUNCTION_ERROR);
        assertThat(Verdict.crashed(revision, true, 9, STARVED, 0).code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
        assertThat(Verdict.crashed(revision, false, 1, FULL, 0).code()).isEqualTo(ErrorCode.DISK_EXCEEDED);
        assertThat(Verdict.crashed(revision, true, 11, CALM, 0).code()).isEqualTo(ErrorCode.FUNCTION_CRASHED);
    }

    @Test
    void blamesNothingOnFiguresThatAreNotKnown() {
        assertThat(Verdict.crashed(revision, true, 9, Figures.UNKNOWN, 0).code())
                .isEqualTo(ErrorCode.FUNCTION_CRASHED);
        assertThat(Verdict.raised(revision, raised(Kind.FUNCTION, false), Figures.UNKNOWN, 0)
                        .code())
                .isEqualTo(ErrorCode.FUNCTION_ERROR);
    }

    @Test
    void blamesNoOomKillThatWasBeforeTheCall() {
        assertThat(Verdict.raised(revision, raised(Kind.FUNCTION, false), STARVED, 1)
                        .code())
                .isEqualTo(ErrorCode.FUNCTION_ERROR);
    }

    @Test
    void keepsTheFunctionsOwnTypeMessageAndStack() {
        Failure failure = Verdict.raised(revision, raised(Kind.FUNCTION, false), CALM, 0);

        assertThat(failure.type()).isEqualTo("OSError");
        assertThat(failure.stack()).isEqualTo("line 1");
        assertThat(failure.message()).contains("f@1", "OSError", "it did not work");
        assertThat(failure.ran()).isEqualTo(Ran.YES);
    }

    @Test
    void tellsTheClientsFaultFromTheFunctions() {
        Failure event = Verdict.raised(revision, raised(Kind.EVENT, false), CALM, 0);
        Failure result = Verdict.raised(revision, raised(Kind.RESULT, false), CALM, 0);

        assertThat(event.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(event.ran()).isEqualTo(Ran.NO);
        assertThat(result.code()).isEqualTo(ErrorCode.INVALID_RESPONSE);
        assertThat(result.ran()).isEqualTo(Ran.YES);
    }

    @Test
    void saysWhetherDeathIsProven() {
        assertThat(Verdict.timeout(revision, RunLimit.of(revision, 0), true).ran())
                .isEqualTo(Ran.YES);
        assertThat(Verdict.timeout(revision, RunLimit.of(revision, 0), true).message())
                .contains("limits.timeout = 5s", "was killed");
        assertThat(Verdict.timeout(revision, RunLimit.of(revision, 0), false).ran())
                .isEqualTo(Ran.UNKNOWN);
        assertThat(Verdict.timeout(revision, RunLimit.of(revision, 0), false).message())
                .contains("not proven");
    }

    @Test
    void letsAnAnswerPassUpToItsLimit() {
        int egress = (int) Samples.EGRESS;
        Buffer most = Buffer.buffer(new byte[egress]);

        assertThat(Verdict.unfit(revision, new Answer("", egress, most, false))).isEmpty();
        assertThat(Verdict.unfit(revision, new Answer("", -1, most, true))).isEmpty();
        assertThat(Verdict.unfit(revision, new Answer("", egress + 1, Buffer.buffer(), true)))
                .map(Failure::code)
                .contains(ErrorCode.EGRESS_EXCEEDED);
    }

    @Test
    void letsNoHeadPassThatHttpDoesNot() {
        List<AnswerHead> wrong = List.of(
                new AnswerHead(101, Buffer.buffer()),
                new AnswerHead(0, Buffer.buffer()),
                new AnswerHead(600, Buffer.buffer()),
                new AnswerHead(200, Buffer.buffer("no colon here\n")),
                new AnswerHead(200, Buffer.buffer("X-Upper: 1\n")),
                new AnswerHead(200, Buffer.buffer("a: b\u0000c\n")),
                new AnswerHead(200, Buffer.buffer(": nameless\n")));
        for (AnswerHead head : wrong) {
            assertThat(Verdict.unfit(revision, new Answer(head, "", 0, Buffer.buffer(), false)))
                    .as(head.toString())
                    .map(Failure::code)
                    .contains(ErrorCode.INVALID_RESPONSE);
        }
        AnswerHead fit = new AnswerHead(404, Buffer.buffer("etag: \"1\"\nset-cookie: a=b; Path=/\n"));
        assertThat(Verdict.unfit(revision, new Answer(fit, "", 0, Buffer.buffer(), false)))
                .isEmpty();
    }

    @Test
    void letsNoContentTypePassThatHttpDoesNot() {
        for (String type : new String[] {"a\nb", "a\r\nb: c", "ünï", "a\0", "t".repeat(2_000)}) {
            assertThat(Verdict.unfit(revision, new Answer(type, 0, Buffer.buffer(), false)))
                    .map(Failure::code)
                    .contains(ErrorCode.INVALID_RESPONSE);
        }
        assertThat(Verdict.unfit(revision, new Answer("text/plain; charset=\"utf-8\"", 0, Buffer.buffer(), false)))
                .isEmpty();
    }

    @Test
    void saysWhichLimitOfTimeItWas() {
        assertThat(Verdict.timeout(revision, RunLimit.of(revision, 2_000), true).message())
                .contains("ran longer than the call's own timeout = 2s");
        assertThat(RunLimit.of(revision, 90_000).own())
                .as("limits.timeout is less")
                .isFalse();
        assertThat(RunLimit.of(revision, 5_000).own())
                .as("limits.timeout is the same")
                .isFalse();
    }
}
