package dev.hearth.deploy;

import dev.hearth.common.units.Bytes;
import dev.hearth.deploy.simulation.Costs;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long things take in a simulation; the defaults are what was measured on two cores (docs/performance.md). */
@Command
final class SimulateCosts {
    private static final Map<String, Duration> STARTS = Map.of(
            "python3",
            Duration.ofMillis(170),
            "nodejs",
            Duration.ofMillis(320),
            "java",
            Duration.ofMillis(320),
            "native",
            Duration.ofMillis(145),
            Costs.OTHERS,
            Duration.ofMillis(300));
    private static final Map<String, Duration> INITS = Map.of(
            "python3",
            Duration.ofMillis(3),
            "nodejs",
            Duration.ofMillis(5),
            "java",
            Duration.ofMillis(40),
            "native",
            Duration.ofMillis(2),
            Costs.OTHERS,
            Duration.ofMillis(5));

    @Option(
            names = "--start",
            paramLabel = "RUNTIME=DURATION",
            description =
                    "From creating a container to its runtime's hello; RUNTIME image: all that bring an image of their"
                            + " own. May be repeated. Default: python3=170ms, nodejs=320ms, java=320ms, native=145ms, image=300ms.")
    private @Nullable Map<String, Duration> starts;

    @Option(
            names = "--init",
            paramLabel = "RUNTIME=DURATION",
            description =
                    "Loading a function's code into a started container. May be repeated. Default: python3=3ms, nodejs=5ms,"
                            + " java=40ms, native=2ms, image=5ms.")
    private @Nullable Map<String, Duration> inits;

    @Option(
            names = "--removal",
            paramLabel = "DURATION",
            defaultValue = "120ms",
            description = "Removing a container, two of a worker at a time. Default: 120ms.")
    @SuppressWarnings("NullAway.Init")
    private Duration removal;

    @Option(
            names = "--message-us",
            paramLabel = "MICROSECONDS",
            defaultValue = "100",
            description = "A message between head and worker, one way. Default: 100.")
    private long messageMicros;

    @Option(
            names = "--fetch",
            paramLabel = "DURATION",
            defaultValue = "200ms",
            description = "Fetching an image, beside its bytes. Default: 200ms.")
    @SuppressWarnings("NullAway.Init")
    private Duration fetch;

    @Option(
            names = "--bandwidth",
            paramLabel = "SIZE",
            defaultValue = "57MiB",
            description = "Bytes of images that a worker fetches and unpacks in a second. Default: 57MiB.")
    @SuppressWarnings("NullAway.Init")
    private Bytes bandwidth;

    @Option(
            names = "--head-bandwidth",
            paramLabel = "SIZE",
            defaultValue = "1GiB",
            description = "Bytes of images that the head gives away in a second. Default: 1GiB.")
    @SuppressWarnings("NullAway.Init")
    private Bytes headBandwidth;

    Costs costs() {
        return new Costs(
                Duration.ofNanos(1_000 * messageMicros),
                over(STARTS, starts),
                over(INITS, inits),
                removal,
                fetch,
                bandwidth,
                headBandwidth);
    }

    private static Map<String, Duration> over(Map<String, Duration> defaults, @Nullable Map<String, Duration> given) {
        Map<String, Duration> all = new HashMap<>(defaults);
        if (given != null) {
            all.putAll(given);
        }
        return all;
    }
}
