package dev.hearth.gateway.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordRingTest {
    private final List<InvocationRecord> dropped = new ArrayList<>();

    private static InvocationRecord record(int number, String message) {
        CallInFlight call = new CallInFlight(Samples.call(number, Responder.NOBODY), number);
        call.ended(Optional.of(Failure.during(ErrorCode.FUNCTION_ERROR, message)), number);
        return call.record();
    }

    @Test
    void keepsTheNewestRecords() {
        RecordRing ring = new RecordRing(3, 1 << 20, dropped::add);
        for (int i = 1; i <= 5; i++) {
            ring.add(record(i, ""));
        }

        assertThat(ring.size()).isEqualTo(3);
        assertThat(dropped).extracting(InvocationRecord::id).containsExactly(Samples.id(1), Samples.id(2));
        assertThat(ring.find(Samples.id(2))).isEmpty();
        assertThat(ring.find(Samples.id(3))).isPresent();
        assertThat(ring.all())
                .extracting(InvocationRecord::id)
                .containsExactly(Samples.id(3), Samples.id(4), Samples.id(5));
    }

    @Test
    void makesRoomByBytesToo() {
        RecordRing ring = new RecordRing(1_000, 10_000, dropped::add);
        for (int i = 1; i <= 100; i++) {
            ring.add(record(i, "x".repeat(1_000)));
        }

        assertThat(ring.size()).isBetween(2, 5);
        assertThat(ring.find(Samples.id(100))).isPresent();
    }

    @Test
    void doesNotKeepARecordThatIsLargerThanAll() {
        RecordRing ring = new RecordRing(1_000, 10_000, dropped::add);
        ring.add(record(1, ""));

        ring.add(record(2, "x".repeat(100_000)));

        assertThat(ring.all()).isEmpty();
        ring.add(record(3, ""));
        assertThat(ring.size()).isOne();
    }
}
