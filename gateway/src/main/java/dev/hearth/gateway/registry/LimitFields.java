package dev.hearth.gateway.registry;

import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.Limits;
import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads {@code limits}; the ranges are those of {@link Limits}. */
final class LimitFields {
    static final List<String> NAMES = List.of(
            "timeout",
            "init",
            "memory",
            "disk",
            "ingress",
            "egress",
            "cpus",
            "pids",
            "concurrency",
            "maxContainers",
            "gpus");
    private static final Duration INSTANT = Duration.ofMillis(1);

    private LimitFields() {}

    static Limits read(SpecFields in) {
        Limits base = Limits.DEFAULT;
        return new Limits(
                in.duration("timeout", INSTANT, Duration.ofDays(1), "60s").orElse(base.timeout()),
                in.duration("init", INSTANT, Duration.ofMinutes(10), "30s").orElse(base.init()),
                in.size("memory", Bytes.ofMiB(16), Bytes.ofGiB(4096), "256MiB").orElse(base.memory()),
                in.size("disk", Bytes.ofMiB(1), Bytes.ofGiB(1024), "64MiB").orElse(base.disk()),
                in.size("ingress", Bytes.ZERO, Bytes.ofGiB(1), "6MiB").orElse(base.ingress()),
                in.size("egress", Bytes.ZERO, Bytes.ofGiB(1), "6MiB").orElse(base.egress()),
                in.fraction("cpus", 0.01, 1024, "0.5").map(OptionalDouble::of).orElse(base.cpus()),
                in.whole("pids", 8, 32_768, "64").orElse(base.pids()),
                in.whole("concurrency", 1, 1_000, "10").orElse(base.concurrency()),
                in.whole("maxContainers", 1, 1_000_000, "10")
                        .map(OptionalInt::of)
                        .orElse(base.maxContainers()),
                gpus(in));
    }

    private static Gpus gpus(SpecFields in) {
        boolean all = in.value("gpus")
                .filter(value -> value.isTextual() && value.textValue().equals("all"))
                .isPresent();
        return all
                ? Gpus.ALL
                : in.whole("gpus", 0, Gpus.MOST, "1 or \"all\"").map(Gpus::of).orElse(Gpus.NONE);
    }
}
