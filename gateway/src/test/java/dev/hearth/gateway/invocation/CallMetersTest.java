package dev.hearth.gateway.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class CallMetersTest {
    private static final Offset<Double> NEAR = Offset.offset(1e-9);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Set<FunctionName> deleted = new HashSet<>();
    private final CallMeters meters = new CallMeters(registry, 2, name -> !deleted.contains(name), ended -> {});

    private static FunctionName name(int function) {
        return FunctionName.inDefault("f" + function);
    }

    private void ends(int function, Optional<Failure> failure, long startedAt, Timings timings) {
        Revision f = Samples.REVISION;
        Revision revision = new Revision(
                f.id(),
                name(function),
                1,
                f.runtime(),
                f.image(),
                f.imageDigest(),
                f.imageSource(),
                f.handler(),
                f.code(),
                f.environment(),
                f.limits(),
                f.network(),
                f.keepAlive(),
                f.minWarm(),
                f.init(),
                f.requires());
        NewCall call = new NewCall(Samples.id(1), revision, "", Buffer.buffer(), Buffer.buffer(), 1, Responder.NOBODY);
        CallInFlight ended = new CallInFlight(call, 1);
        ended.ran(StartKind.WARM, timings, startedAt, "");
        ended.ended(failure, 2);
        meters.ended(ended.record(), 3_000_000, 9_000_000);
    }

    private void succeeds(int function) {
        ends(function, Optional.empty(), 1, new Timings(1_000, 0, 0, 0, 5_000));
    }

    @Test
    void countsWhatCallsMovedOverTheirNetwork() {
        FunctionMeters one = new FunctionMeters(registry, "one");
        one.moved(Traffic.NONE);
        assertThat(registry.find(FunctionMeters.NETWORK).tag("function", "one").counter())
                .isNull();
        one.moved(new Traffic(10, 5));
        one.moved(new Traffic(1, 0));
        assertThat(network("in")).isEqualTo(11);
        assertThat(network("out")).isEqualTo(5);
    }

    private double network(String direction) {
        return registry.get(FunctionMeters.NETWORK)
                .tags("function", "one", "direction", direction)
                .counter()
                .count();
    }

    private double count(String function, String outcome, String start) {
        return registry.get(FunctionMeters.INVOCATIONS)
                .tags("function", function, "outcome", outcome, "start", start)
                .counter()
                .count();
    }

    private Set<String> functions() {
        Set<String> functions = new HashSet<>();
        for (Meter meter : registry.getMeters()) {
            String function = meter.getId().getTag("function");
            if (function != null) {
                functions.add(function);
            }
        }
        return functions;
    }

    @Test
    void countsCallsByFunctionOutcomeAndStart() {
        succeeds(1);
        succeeds(1);
        ends(1, Optional.of(Failure.during(ErrorCode.TIMEOUT, "late")), 1, Timings.NONE);
        ends(1, Optional.of(Failure.before(ErrorCode.NO_CAPACITY, "full")), 0, Timings.NONE);

        assertThat(count("f1", "SUCCESS", "warm")).isEqualTo(2);
        assertThat(count("f1", "TIMEOUT", "warm")).isOne();
        assertThat(count("f1", "NO_CAPACITY", "none")).isOne();
        Timer duration =
                registry.get(FunctionMeters.DURATION).tag("function", "f1").timer();
        assertThat(duration.count()).isEqualTo(4);
        assertThat(duration.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(36.0, NEAR);
    }

    @Test
    void countsOnlyThePhasesThatACallHad() {
        succeeds(1);

        assertThat(phase("run").totalTime(TimeUnit.MILLISECONDS)).isEqualTo(5.0, NEAR);
        assertThat(phase("queue").totalTime(TimeUnit.MILLISECONDS)).isEqualTo(3.0, NEAR);
        assertThat(phase("init").count()).isZero();
        assertThat(registry.get(FunctionMeters.PHASES)
                        .tags("function", "f1", "phase", "place")
                        .counter()
                        .count())
                .isEqualTo(0.001, NEAR);
        assertThat(registry.find(FunctionMeters.PHASES)
                        .tags("function", "f1", "phase", "init")
                        .counter())
                .isNull();
    }

    private Timer phase(String phase) {
        return registry.get("hearth.invocation.phase.duration")
                .tag("phase", phase)
                .timer();
    }

    @Test
    void functionsBeyondTheBoundShareOneLabelThatNoFunctionCanHave() {
        for (int function = 1; function <= 1_000; function++) {
            succeeds(function);
        }

        assertThat(functions()).containsExactlyInAnyOrder("f1", "f2", CallMeters.OTHER);
        assertThat(count(CallMeters.OTHER, "SUCCESS", "warm")).isEqualTo(998);
        assertThat(CallMeters.OTHER).startsWith("_");
    }

    @Test
    void theSeriesOfADeletedFunctionGoAndMakeRoomForAnother() {
        succeeds(1);
        succeeds(2);
        succeeds(3);
        deleted.add(name(1));
        meters.forget(name(1));
        assertThat(functions()).containsExactlyInAnyOrder("f2", CallMeters.OTHER);

        succeeds(1);
        assertThat(functions()).as("its last call").containsExactlyInAnyOrder("f2", CallMeters.OTHER);
        succeeds(3);
        assertThat(count(CallMeters.OTHER, "SUCCESS", "warm"))
                .as("f3 stays where it was, and f1's last call was added")
                .isEqualTo(3);
        succeeds(4);
        assertThat(functions()).containsExactlyInAnyOrder("f2", "f4", CallMeters.OTHER);
    }

    @Test
    void whatWaitsIsReadFromTheLastSample() {
        assertThat(registry.get("hearth.queue.length").gauge().value()).isZero();

        meters.waiting(new CallMeters.Waiting(3, 1_500, 5, 7));

        assertThat(registry.get("hearth.queue.length").gauge().value()).isEqualTo(3);
        assertThat(registry.get("hearth.queue.oldest.age").gauge().value()).isEqualTo(1.5);
        assertThat(registry.get("hearth.invocations.in.flight").gauge().value()).isEqualTo(5);
        assertThat(registry.get("hearth.records.kept").gauge().value()).isEqualTo(7);
    }
}
