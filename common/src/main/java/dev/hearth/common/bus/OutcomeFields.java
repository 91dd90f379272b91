package dev.hearth.common.bus;

import dev.hearth.common.bus.CallResult.Answered;
import dev.hearth.common.bus.CallResult.Failed;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.Ran;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;

/** The layout of {@link Outcome} after the call's fields. */
final class OutcomeFields {
    private static final int PLAIN = 0;
    private static final int FAILED = 1;
    private static final int WITH_HEAD = 2;

    private OutcomeFields() {}

    static void write(BusWriter out, Outcome outcome) {
        out.i64(outcome.epoch()).text(outcome.node());
        switch (outcome.result()) {
            case Answered a ->
                head(out, a.head())
                        .text(a.contentType())
                        .i64(a.totalLength())
                        .bytes(a.body())
                        .flag(a.more());
            case Failed f -> failure(out.u8(FAILED), f.failure());
        }
        out.constant(outcome.start());
        Timings t = outcome.timings();
        out.i64(t.place()).i64(t.image()).i64(t.start()).i64(t.init()).i64(t.run());
        out.i64(outcome.startedAt()).text(outcome.why());
    }

    static Outcome read(BusReader in) {
        return new Outcome(
                MessageFields.invocation(in),
                in.i32(),
                in.i64(),
                in.text(),
                result(in),
                in.constant(StartKind.class),
                new Timings(in.i64(), in.i64(), in.i64(), in.i64(), in.i64()),
                in.i64(),
                in.text());
    }

    private static BusWriter head(BusWriter out, AnswerHead head) {
        return head.equals(AnswerHead.PLAIN)
                ? out.u8(PLAIN)
                : out.u8(WITH_HEAD).i32(head.status()).bytes(head.headers());
    }

    private static CallResult result(BusReader in) {
        int kind = in.u8();
        return switch (kind) {
            case PLAIN -> answered(AnswerHead.PLAIN, in);
            case WITH_HEAD -> answered(new AnswerHead(in.i32(), in.bytes()), in);
            case FAILED -> new Failed(failure(in));
            default -> throw new IllegalArgumentException("an outcome of kind " + kind);
        };
    }

    private static Answered answered(AnswerHead head, BusReader in) {
        return new Answered(head, in.text(), in.i64(), in.bytes(), in.flag());
    }

    private static Failure failure(BusReader in) {
        return new Failure(
                in.constant(ErrorCode.class),
                in.text(),
                in.text(),
                in.text(),
                in.list(in::text),
                in.constant(Ran.class));
    }

    private static void failure(BusWriter out, Failure failure) {
        out.constant(failure.code()).text(failure.message()).text(failure.type());
        out.text(failure.stack()).list(failure.logTail(), out::text).constant(failure.ran());
    }
}
