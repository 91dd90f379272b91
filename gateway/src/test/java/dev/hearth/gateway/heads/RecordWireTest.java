package dev.hearth.gateway.heads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.Ran;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.invocation.Callee;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.RecordFilter;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What one head sends, another reads. */
final class RecordWireTest {
    private static InvocationRecord record(Optional<Failure> failure, Optional<InvocationId> parent) {
        return new InvocationRecord(
                InvocationId.next(),
                new Callee(new FunctionName("team", "f"), RevisionId.next(), 3, Bytes.ofMiB(64), true),
                parent.isPresent(),
                parent,
                InvocationState.DONE,
                1,
                2,
                3,
                4,
                "n",
                StartKind.PREWARMED,
                new Timings(5, 6, 7, 8, 9),
                10,
                11,
                new Traffic(12, 13),
                failure,
                2,
                "why");
    }

    @Test
    void aRecordComesAsItWas() {
        Failure failure = new Failure(ErrorCode.FUNCTION_ERROR, "m", "ValueError", "stack", List.of("a", "b"), Ran.YES);
        for (InvocationRecord record : List.of(
                record(Optional.empty(), Optional.empty()),
                record(Optional.of(failure), Optional.of(InvocationId.next())))) {
            assertThat(RecordWire.record(new JsonObject(RecordWire.write(record).encode())))
                    .isEqualTo(record);
        }
    }

    @Test
    void aFilterComesAsItWas() {
        for (RecordFilter filter : List.of(
                new RecordFilter(Optional.empty(), "", "", Optional.empty(), Optional.empty(), 50),
                new RecordFilter(
                        Optional.of(new FunctionName("team", "f")),
                        "DONE",
                        "FAILURE",
                        Optional.of(false),
                        Optional.of(InvocationId.next()),
                        7))) {
            assertThat(RecordWire.filter(new JsonObject(RecordWire.write(filter).encode())))
                    .isEqualTo(filter);
        }
    }
}
