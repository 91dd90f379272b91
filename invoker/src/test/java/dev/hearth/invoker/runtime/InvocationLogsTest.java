package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.LogReply;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.SortableId;
import dev.hearth.invoker.pool.CallKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class InvocationLogsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final InvocationLogs logs = new InvocationLogs(10_000, 20_000, 2, new NodeMeters(registry, List.of()));

    private static CallKey call(int number) {
        return new CallKey(new InvocationId(new SortableId(1, number)), 1);
    }

    private LogReply read(int number) {
        return read(call(number));
    }

    private LogReply read(CallKey call) {
        return logs.read(new LogQuery(call.id(), call.attempt(), 0, true), true);
    }

    private void write(int call, String text) {
        logs.append(call(call), false, 1, Buffer.buffer(text));
    }

    @Test
    void keepsTheLinesOfEachInvocationApart() {
        write(1, "one\n");
        write(2, "two\n");
        write(1, "three\n");

        assertThat(logs.tail(call(1))).containsExactly("one", "three");
        assertThat(logs.tail(call(2))).containsExactly("two");
    }

    @Test
    void knowsNothingOfACallThatWroteNothing() {
        assertThat(read(1).known()).isFalse();
        assertThat(logs.tail(call(1))).isEmpty();
    }

    @Test
    void carriesOnlyTheLastLinesInAFailure() {
        write(1, "a\nb\nc\n");

        assertThat(logs.tail(call(1))).containsExactly("b", "c");
        assertThat(read(1).lines()).hasSize(3);
    }

    @Test
    void forgetsTheOldestInvocationsWhenAllTogetherAreTooMuch() {
        for (int call = 1; call <= 100; call++) {
            write(call, "x".repeat(1_000) + "\n");
        }

        assertThat(read(1).known()).isFalse();
        assertThat(read(100).lines()).hasSize(1);
        long kept = 0;
        for (int call = 1; call <= 100; call++) {
            kept += read(call).known() ? 1 : 0;
        }
        assertThat(kept).isBetween(10L, 20L);
        assertThat(registry.counter("hearth.logs.dropped").count()).isEqualTo(100.0 - kept);
    }

    @Test
    void countsLinesThatAreNotFinished() {
        for (int call = 1; call <= 100; call++) {
            write(call, "x".repeat(1_000));
        }

        assertThat(read(1).known()).isFalse();
    }

    @Test
    void keepsTheLogOfACallThatRunsWhateverOthersWrite() {
        logs.begins(call(1));
        write(1, "first\n");
        for (int call = 2; call <= 100; call++) {
            write(call, "x".repeat(1_000) + "\n");
        }
        write(1, "second\n");

        assertThat(texts(1)).containsExactly("first", "second");
    }

    @Test
    void forgetsTheCallThatWasOverFirstAndRemembersHowManyLinesItHad() {
        logs.begins(call(1));
        write(1, "early\n");
        write(2, "over before\nand done\n");
        logs.ended(call(1));
        for (int call = 3; call <= 21; call++) {
            write(call, "x".repeat(720) + "\n");
        }

        assertThat(read(2).dropped()).isEqualTo(2);
        assertThat(read(2).known()).isFalse();
        assertThat(texts(1)).containsExactly("early");
    }

    @Test
    void staysBoundedWhenAllThatWritesRuns() {
        for (int round = 0; round < 400; round++) {
            for (int call = 1; call <= 4; call++) {
                logs.begins(call(call));
                write(call, "line " + round + " " + "x".repeat(100) + "\n");
            }
        }

        for (int call = 1; call <= 4; call++) {
            logs.ended(call(call));
            List<String> shown = texts(call);
            assertThat(shown.getFirst()).startsWith("line 0 ");
            assertThat(shown.getLast()).startsWith("line 399 ");
            assertThat(shown).anyMatch(line -> line.contains("lines are left out here"));
            long dropped = read(call).dropped();
            assertThat(shown.size() - 1 + dropped).isEqualTo(400);
        }
    }

    @Test
    void takesLinesThatComeAfterTheEnd() {
        logs.begins(call(1));
        write(1, "one\n");
        logs.ended(call(1));
        write(1, "two\n");

        assertThat(texts(1)).containsExactly("one", "two");
    }

    @Test
    void keepsTheLinesOfEachAttemptApart() {
        CallKey second = new CallKey(call(1).id(), 2);
        write(1, "of the first\n");
        logs.append(second, false, 1, Buffer.buffer("of the second\n"));

        assertThat(texts(1)).containsExactly("of the first");
        assertThat(read(second).lines()).extracting(LogReply.Line::text).containsExactly("of the second");
    }

    @Test
    void saysWhetherMoreCanCome() {
        write(1, "line\n");

        assertThat(logs.read(new LogQuery(call(1).id(), 1, 0, true), false).ended())
                .isFalse();
        assertThat(logs.read(new LogQuery(call(2).id(), 1, 0, true), false).ended())
                .isFalse();
        assertThat(read(1).ended()).isTrue();
    }

    private List<String> texts(int call) {
        return read(call).lines().stream().map(LogReply.Line::text).toList();
    }
}
