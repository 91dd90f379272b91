package dev.hearth.gateway.durable;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What is measured of asynchronous invocations. */
public final class DurableMeters {
    private final Counter accepted;
    private final Counter succeeded;
    private final Counter failed;
    private final Counter retried;
    private final Counter leftOut;
    private volatile int queued;
    private volatile int loaded;

    public DurableMeters(MeterRegistry registry) {
        accepted = Counter.builder("hearth.async.accepted")
                .description("Asynchronous invocations that were accepted.")
                .register(registry);
        succeeded = ended(registry, "success");
        failed = ended(registry, "failure");
        retried = Counter.builder("hearth.async.retries")
                .description("Attempts after which an asynchronous invocation waits for a further one.")
                .register(registry);
        leftOut = Counter.builder("hearth.records.left.out")
                .description(
                        "Records of synchronous calls that should have been kept and were too many, or not written.")
                .register(registry);
        Gauge.builder("hearth.async.queued", () -> queued)
                .description("Asynchronous invocations that have not ended.")
                .register(registry);
        Gauge.builder("hearth.async.loaded", () -> loaded)
                .description("Asynchronous invocations that are in memory.")
                .register(registry);
    }

    private static Counter ended(MeterRegistry registry, String outcome) {
        return Counter.builder("hearth.async.ended")
                .description("Asynchronous invocations that have ended.")
                .tag("outcome", outcome)
                .register(registry);
    }

    void accepted() {
        accepted.increment();
    }

    void ended(boolean success) {
        (success ? succeeded : failed).increment();
    }

    void retried() {
        retried.increment();
    }

    void leftOut() {
        leftOut.increment();
    }

    void queued(int all, int inMemory) {
        queued = all;
        loaded = inMemory;
    }
}
