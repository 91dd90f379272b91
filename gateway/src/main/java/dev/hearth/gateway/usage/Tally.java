package dev.hearth.gateway.usage;

import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.invocation.InvocationRecord;

/** Adds up what one account used on one day since it was stored last; on the path of every call. */
final class Tally {
    private static final long MIB = Bytes.ofMiB(1).value();
    private static final long MICROS_PER_MILLI = 1_000;

    private long invocations;
    private long failures;
    private long cold;
    private long prewarmed;
    private long warm;
    private long mibMicros;
    private long cpuMicros;
    private long bytesIn;
    private long bytesOut;
    private long networkIn;
    private long networkOut;
    private long idleMibMicros;

    void ended(InvocationRecord record) {
        invocations++;
        failures += record.failure().isPresent() ? 1 : 0;
        if (record.startedAt() != 0) {
            started(record.start());
        }
        long memory = record.callee().memory().value();
        mibMicros += product(memory, record.timings().run());
        bytesIn += record.bytesIn();
        bytesOut += record.bytesOut();
        networkIn += record.network().received();
        networkOut += record.network().sent();
    }

    private void started(StartKind kind) {
        switch (kind) {
            case COLD -> cold++;
            case PREWARMED -> prewarmed++;
            case WARM -> warm++;
        }
    }

    void used(long processorMicros, long idleByteMillis) {
        cpuMicros += processorMicros;
        idleMibMicros += product(idleByteMillis, MICROS_PER_MILLI);
    }

    /** Of bytes, in MiB; in two parts, since the bytes of a large function times the microseconds of a day pass 64 bits. */
    private static long product(long bytes, long micros) {
        return bytes / MIB * micros + bytes % MIB * micros / MIB;
    }

    Sums sums() {
        return new Sums(
                invocations,
                failures,
                cold,
                prewarmed,
                warm,
                mibMicros,
                cpuMicros,
                bytesIn,
                bytesOut,
                networkIn,
                networkOut,
                idleMibMicros);
    }
}
