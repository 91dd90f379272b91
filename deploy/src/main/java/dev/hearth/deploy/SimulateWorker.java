package dev.hearth.deploy;

import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import dev.hearth.deploy.simulation.WorkerShape;
import dev.hearth.invoker.pool.EvictionPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the workers of a simulation are like, and how functions use them. */
@Command
final class SimulateWorker {
    private static final int SLOTS_A_CORE = 32;

    @Option(
            names = "--cores",
            paramLabel = "N",
            defaultValue = "4",
            description = "Cores of a worker: so many containers start at one time. Default: 4.")
    private int cores;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "8GiB",
            description = "invoker.memory of a worker. Default: 8GiB.")
    @SuppressWarnings("NullAway.Init")
    private Bytes memory;

    @Option(
            names = "--scratch",
            paramLabel = "SIZE",
            description = "invoker.scratch of a worker. Default: half of its memory.")
    private @Nullable Bytes scratch;

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            defaultValue = "20GiB",
            description = "Room for images on a worker, 200MiB of each runtime included. Default: 20GiB.")
    @SuppressWarnings("NullAway.Init")
    private Bytes disk;

    @Option(names = "--slots", paramLabel = "N", description = "invoker.slots: calls at once. Default: 32 a core.")
    private @Nullable Integer slots;

    @Option(
            names = "--eviction",
            paramLabel = "NAME",
            defaultValue = "lru",
            description = "invoker.eviction: lru or ram. Default: lru.")
    @SuppressWarnings("NullAway.Init")
    private String eviction;

    @Option(
            names = "--stems",
            paramLabel = "RUNTIME=N",
            description = "stems.RUNTIME: stem cells without demand; may be repeated. Default: python3=1, nodejs=1.")
    private @Nullable Map<String, Integer> stems;

    @Option(
            names = "--stems-most",
            paramLabel = "N",
            defaultValue = "8",
            description = "stems.most: stem cells of a class that demand makes. Default: 8.")
    private int mostStems;

    @Option(
            names = "--keep-alive",
            paramLabel = "DURATION",
            defaultValue = "10m",
            description = "How long functions keep an idle container. Default: 10m.")
    @SuppressWarnings("NullAway.Init")
    private Duration keepAlive;

    @Option(
            names = "--function-disk",
            paramLabel = "SIZE",
            defaultValue = "64MiB",
            description = "limits.disk of all functions. Default: 64MiB.")
    @SuppressWarnings("NullAway.Init")
    private Bytes functionScratch;

    WorkerShape shape() {
        Map<String, Integer> kept = new LinkedHashMap<>(Map.of("python3", 1, "nodejs", 1));
        if (stems != null) {
            kept.putAll(stems);
        }
        return new WorkerShape(
                memory,
                scratch == null ? new Bytes(memory.value() / 2) : scratch,
                disk,
                slots == null ? SLOTS_A_CORE * cores : slots,
                cores,
                EvictionPolicy.named(eviction),
                kept,
                mostStems);
    }

    Duration keepAlive() {
        return keepAlive;
    }

    Bytes functionScratch() {
        return functionScratch;
    }

    String described() {
        WorkerShape shape = shape();
        return cores + " cores, " + memory + " of memory, " + shape.scratch() + " of scratch, " + disk
                + " for images, eviction " + eviction + "; keep-alive " + Durations.format(keepAlive);
    }
}
