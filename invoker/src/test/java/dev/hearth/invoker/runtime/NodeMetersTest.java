package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.bus.NodeStatus.Gauge;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.Demand;
import dev.hearth.invoker.pool.RemovalReason;
import dev.hearth.invoker.pool.StemClass;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class NodeMetersTest {
    private static final StemClass STEM =
            new StemClass("python3", "hearth/python3", Bytes.ofMiB(64), false, Bytes.ofMiB(16), 1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final NodeMeters meters = new NodeMeters(registry, List.of("python3", "nodejs"));

    private static NodeStatus status(boolean ready) {
        return new NodeStatus(
                "n",
                1,
                1,
                ready,
                ready ? "" : "draining",
                2,
                new Gauge(64, 3),
                new Gauge(1_000, 100),
                new Gauge(2_000, 200),
                new Gauge(3_000, 300),
                2_000,
                Map.of("idle", 4, "busy", 5),
                Map.of(),
                Map.of("python3", 6),
                List.of(),
                NodeLabels.NONE,
                new Gauge(0, 0),
                "");
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    /** Without those that this registry makes of the buckets of a timer. */
    private List<Meter> meters() {
        return registry.getMeters().stream()
                .filter(meter -> !meter.getId().getName().endsWith(".histogram"))
                .toList();
    }

    @Test
    void everyMeterHasItsNameItsUnitAndASentence() {
        Map<String, String> units = new TreeMap<>();
        for (Meter meter : meters()) {
            units.put(
                    meter.getId().getName(),
                    Objects.requireNonNullElse(meter.getId().getBaseUnit(), ""));
            assertThat(meter.getId().getDescription())
                    .as(meter.getId().getName())
                    .endsWith(".");
        }
        assertThat(units)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("hearth.container.start.duration", "seconds"),
                        Map.entry("hearth.containers", ""),
                        Map.entry("hearth.containers.removed", ""),
                        Map.entry("hearth.containers.started", ""),
                        Map.entry("hearth.disk.capacity", "bytes"),
                        Map.entry("hearth.disk.reserved", "bytes"),
                        Map.entry("hearth.image.fetch.duration", "seconds"),
                        Map.entry("hearth.images.evicted", ""),
                        Map.entry("hearth.images.fetched", ""),
                        Map.entry("hearth.log.lines.dropped", ""),
                        Map.entry("hearth.logs.dropped", ""),
                        Map.entry("hearth.memory.capacity", "bytes"),
                        Map.entry("hearth.memory.reserved", "bytes"),
                        Map.entry("hearth.node.ready", ""),
                        Map.entry("hearth.scratch.capacity", "bytes"),
                        Map.entry("hearth.scratch.reserved", "bytes"),
                        Map.entry("hearth.slots.capacity", ""),
                        Map.entry("hearth.slots.reserved", ""),
                        Map.entry("hearth.stem.cells", ""),
                        Map.entry("hearth.stem.cells.wanted", "")));
    }

    @Test
    void aNodeThatHasToldNothingHasNoFigures() {
        assertThat(gauge("hearth.node.ready")).isNaN();
        assertThat(gauge("hearth.memory.capacity")).isNaN();
        assertThat(gauge("hearth.containers", "state", "idle")).isNaN();
    }

    @Test
    void gaugesShowTheLastStatus() {
        meters.told(status(false), Map.of());
        assertThat(gauge("hearth.node.ready")).isZero();
        meters.told(status(true), Map.of("python3", 9));
        assertThat(gauge("hearth.node.ready")).isOne();
        assertThat(gauge("hearth.containers", "state", "idle")).isEqualTo(4);
        assertThat(gauge("hearth.containers", "state", "busy")).isEqualTo(5);
        assertThat(gauge("hearth.containers", "state", "removing")).isZero();
        assertThat(gauge("hearth.stem.cells", "runtime", "python3")).isEqualTo(6);
        assertThat(gauge("hearth.stem.cells", "runtime", "nodejs")).isZero();
        assertThat(gauge("hearth.stem.cells.wanted", "runtime", "python3")).isEqualTo(9);
        assertThat(gauge("hearth.stem.cells.wanted", "runtime", "nodejs")).isZero();
        assertThat(gauge("hearth.slots.capacity")).isEqualTo(64);
        assertThat(gauge("hearth.slots.reserved")).isEqualTo(3);
        assertThat(gauge("hearth.memory.reserved")).isEqualTo(100);
        assertThat(gauge("hearth.scratch.capacity")).isEqualTo(2_000);
        assertThat(gauge("hearth.disk.reserved")).isEqualTo(300);
    }

    @Test
    void removalsAreCountedByReasonAndEachReasonIsThereFromTheStart() {
        for (RemovalReason reason : RemovalReason.values()) {
            String label = reason.name().toLowerCase(Locale.ROOT);
            assertThat(count("hearth.containers.removed", "reason", label)).isZero();
            meters.removed(reason);
            assertThat(count("hearth.containers.removed", "reason", label)).isOne();
        }
    }

    @Test
    void startsAreCountedByPurpose() {
        meters.starts(STEM);
        meters.starts(Demand.of(Samples.revision(), 0));
        meters.starts(Demand.of(Samples.revision(), 0));
        assertThat(count("hearth.containers.started", "purpose", "stem")).isEqualTo(1);
        assertThat(count("hearth.containers.started", "purpose", "function")).isEqualTo(2);
    }

    @Test
    void startTimesAreGivenInMicroseconds() {
        meters.started(250_000);
        Timer timer = registry.get("hearth.container.start.duration").timer();
        assertThat(timer.count()).isOne();
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(250);
    }

    @Test
    void whatIsDroppedOfLogsIsCountedInLinesAndInLogs() {
        meters.linesDropped(7);
        meters.linesDropped(0);
        meters.logDropped();
        assertThat(count("hearth.log.lines.dropped")).isEqualTo(7);
        assertThat(count("hearth.logs.dropped")).isEqualTo(1);
    }
}
