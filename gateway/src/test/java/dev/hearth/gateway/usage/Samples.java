package dev.hearth.gateway.usage;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.gateway.invocation.Callee;
import dev.hearth.gateway.invocation.InvocationRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/** Ends of calls and prices that tests are made of. */
final class Samples {
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    static final LocalDate DAY = LocalDate.parse("2026-11-22");
    static final Prices FREE = new Prices("EUR", BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

    private Samples() {}

    /** A function of 256 MiB ran for that long. */
    static InvocationRecord ran(String function, StartKind start, Duration run, Instant ended) {
        return ended(function, start, run.toNanos() / 1_000, ended, Optional.empty());
    }

    /** A call failed before it ran. */
    static InvocationRecord neverRan(String function, Instant ended) {
        Failure failure = Failure.before(ErrorCode.NO_CAPACITY, "no room");
        return ended(function, StartKind.COLD, 0, ended, Optional.of(failure));
    }

    private static InvocationRecord ended(
            String function, StartKind start, long micros, Instant ended, Optional<Failure> failure) {
        return new InvocationRecord(
                InvocationId.next(),
                Callee.of(revision(function)),
                false,
                Optional.empty(),
                InvocationState.DONE,
                1,
                1,
                micros == 0 ? 0 : 1,
                ended.toEpochMilli(),
                "node",
                start,
                new Timings(0, 0, 0, 0, micros),
                10,
                20,
                new Traffic(30, 40),
                failure,
                1,
                "");
    }

    private static Revision revision(String function) {
        return new Revision(
                RevisionId.next(),
                FunctionName.inDefault(function),
                1,
                "python3",
                "hearth/python3",
                "",
                ImageSource.NONE,
                "",
                Code.NONE,
                Map.of(),
                Limits.DEFAULT,
                Network.NONE,
                Duration.ZERO,
                0,
                "",
                NodeLabels.NONE);
    }
}
