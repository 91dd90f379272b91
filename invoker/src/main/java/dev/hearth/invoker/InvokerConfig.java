package dev.hearth.invoker;

import dev.hearth.common.config.NodeConfig;
import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Settings;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import dev.hearth.invoker.pool.Sharing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a worker node is told.
 *
 * @param id of the node
 * @param labels what functions may require of it
 * @param budget what it gives to functions
 * @param sharing when a call waits for a container in use
 * @param eviction name of the policy by which idle containers go
 * @param uids user ids of containers
 * @param stems stem cells that it keeps
 * @param clocks its timers
 * @param logs bounds of logs
 * @param window bytes of one body under way to or from a container without credit
 * @param bridge the binary that is PID 1 of every container
 * @param removals containers that are being removed at one time
 * @param revisions revisions of functions that it remembers
 * @param files bounds of work with files
 * @param network what functions with a network get
 * @param usage how what containers use is counted
 * @param tunnel how images come from a head
 */
public record InvokerConfig(
        String id,
        NodeLabels labels,
        NodeBudget budget,
        Sharing sharing,
        String eviction,
        Uids uids,
        Stems stems,
        Clocks clocks,
        Logs logs,
        Bytes window,
        Path bridge,
        int removals,
        int revisions,
        Files files,
        Networking network,
        Usage usage,
        TunnelBounds tunnel) {
    /** The keys that it is bound from. */
    public static final List<Setting<?>> SETTINGS = InvokerSettings.ALL;

    // Linux holds a socket's path in 108 bytes with a zero at the end.
    private static final int SOCKET_PATH = 107;
    private static final String LONGEST_SOCKET = "/c/" + "0".repeat(26) + "/run/s";

    /**
     * User ids of containers.
     *
     * @param first the first
     * @param count how many
     */
    public record Uids(int first, int count) {}

    /**
     * Stem cells that the node keeps.
     *
     * @param counts number by runtime, without any demand
     * @param memory limits.memory of each
     * @param disk limits.disk of each
     * @param most of a class, by demand
     * @param settle how long those that demand made must stand unused
     * @param learn calls that would have needed a class until it is made
     * @param classes that demand makes at one time
     */
    public record Stems(
            Map<String, Integer> counts, Bytes memory, Bytes disk, int most, Duration settle, int learn, int classes) {
        public Stems {
            counts = Map.copyOf(counts);
        }
    }

    /**
     * The node's timers.
     *
     * @param adoptGrace how long containers outlive their invoker
     * @param killGrace how long a killed container may stay without proof of death
     * @param heartbeat beat of the node's status
     * @param orphanAfter silence of a gateway after which its calls are ended
     * @param start from creating a container to its hello
     * @param retryLeast first pause after a failed start
     * @param retryMost longest pause after failed starts
     * @param engineCheck beat of the question whether the engine answers
     * @param bridgeGrace how long a bridge may take to end its container
     * @param killRetry between two tries to kill a container
     * @param rest pause after a start before the engine is asked for more
     * @param announceAfter run time after which a call's record says RUNNING
     * @param code fetching and unpacking the code of one revision
     */
    public record Clocks(
            Duration adoptGrace,
            Duration killGrace,
            Duration heartbeat,
            Duration orphanAfter,
            Duration start,
            Duration retryLeast,
            Duration retryMost,
            Duration engineCheck,
            Duration bridgeGrace,
            Duration killRetry,
            Duration rest,
            Duration announceAfter,
            Duration code) {}

    /**
     * Bounds of logs.
     *
     * @param one of one invocation
     * @param all of all invocations
     * @param tail last lines that a failure carries
     */
    public record Logs(Bytes one, Bytes all, int tail) {}

    /**
     * Bounds of work with files.
     *
     * @param threads operations at one time
     * @param waiting operations that may wait
     */
    public record Files(int threads, int waiting) {}

    /**
     * How what containers use is counted.
     *
     * @param beat between two looks at their processor time
     * @param cgroups where the kernel's control groups stand
     */
    public record Usage(Duration beat, Path cgroups) {}

    /**
     * How images come from a head.
     *
     * @param port of loopback, 0 for any free one
     * @param connections at one time
     * @param silence longest time without a byte from a head
     */
    public record TunnelBounds(int port, int connections, Duration silence) {}

    /** Reads the keys; faults stay in the settings until they are finished. */
    public static InvokerConfig bind(Settings settings, NodeConfig node, Machine machine) {
        String id = settings.read(InvokerSettings.ID, machine::nodeId);
        InvokerConfig config = new InvokerConfig(
                id,
                labels(settings),
                NodeBudget.bind(settings, machine),
                sharing(settings, machine),
                settings.read(InvokerSettings.EVICTION),
                new Uids(settings.read(InvokerSettings.UID_FIRST), settings.read(InvokerSettings.UID_COUNT)),
                stems(settings),
                clocks(settings),
                new Logs(
                        settings.read(InvokerSettings.LOG_BYTES),
                        settings.read(InvokerSettings.LOGS_BYTES),
                        settings.read(InvokerSettings.LOG_TAIL)),
                settings.read(InvokerSettings.WINDOW),
                settings.read(InvokerSettings.BRIDGE, machine::bridge),
                settings.read(InvokerSettings.REMOVALS),
                settings.read(InvokerSettings.REVISIONS),
                new Files(settings.read(InvokerSettings.FILE_THREADS), settings.read(InvokerSettings.FILE_QUEUE)),
                Networking.bind(settings, id),
                new Usage(settings.read(InvokerSettings.USAGE_BEAT), settings.read(InvokerSettings.CGROUPS)),
                new TunnelBounds(
                        settings.read(InvokerSettings.TUNNEL_PORT),
                        settings.read(InvokerSettings.TUNNEL_CONNECTIONS),
                        settings.read(InvokerSettings.TUNNEL_SILENCE)));
        config.check(settings);
        checkSocketPath(settings, node.data());
        return config;
    }

    private static NodeLabels labels(Settings settings) {
        try {
            return NodeLabels.parse(settings.read(InvokerSettings.LABELS));
        } catch (IllegalArgumentException wrong) {
            settings.require(false, InvokerSettings.LABELS + ": " + wrong.getMessage());
            return NodeLabels.NONE;
        }
    }

    private static Sharing sharing(Settings settings, Machine machine) {
        return new Sharing(
                settings.read(InvokerSettings.SHARING_SPREAD, () -> machine.cores() + 1),
                settings.read(InvokerSettings.SHARING_RUN),
                settings.read(InvokerSettings.SHARING_WAIT));
    }

    private static Stems stems(Settings settings) {
        return new Stems(
                Map.of(
                        "python3", settings.read(InvokerSettings.STEMS_PYTHON3),
                        "nodejs", settings.read(InvokerSettings.STEMS_NODEJS),
                        "java", settings.read(InvokerSettings.STEMS_JAVA),
                        "native", settings.read(InvokerSettings.STEMS_NATIVE)),
                settings.read(InvokerSettings.STEMS_MEMORY),
                settings.read(InvokerSettings.STEMS_DISK),
                settings.read(InvokerSettings.STEMS_MOST),
                settings.read(InvokerSettings.STEMS_SETTLE),
                settings.read(InvokerSettings.STEMS_LEARN),
                settings.read(InvokerSettings.STEMS_CLASSES));
    }

    private static Clocks clocks(Settings settings) {
        return new Clocks(
                settings.read(InvokerSettings.ADOPT_GRACE),
                settings.read(InvokerSettings.KILL_GRACE),
                settings.read(InvokerSettings.HEARTBEAT),
                settings.read(InvokerSettings.ORPHAN_AFTER),
                settings.read(InvokerSettings.START_TIMEOUT),
                settings.read(InvokerSettings.RETRY_LEAST),
                settings.read(InvokerSettings.RETRY_MOST),
                settings.read(InvokerSettings.ENGINE_CHECK),
                settings.read(InvokerSettings.BRIDGE_GRACE),
                settings.read(InvokerSettings.KILL_RETRY),
                settings.read(InvokerSettings.START_REST),
                settings.read(InvokerSettings.ANNOUNCE_AFTER),
                settings.read(InvokerSettings.CODE_TIMEOUT));
    }

    private static void checkSocketPath(Settings settings, Path data) {
        int bytes = (data + LONGEST_SOCKET).getBytes(StandardCharsets.UTF_8).length;
        settings.require(
                bytes <= SOCKET_PATH,
                "data is " + data + ": the sockets of containers below it would have paths of " + bytes
                        + " bytes and Linux allows " + SOCKET_PATH + "; choose a folder with a shorter path");
    }

    private void check(Settings settings) {
        settings.require(
                (long) uids.first + uids.count <= Integer.MAX_VALUE,
                "invoker.uid-first (" + uids.first + ") + invoker.uid-count (" + uids.count + ") is above "
                        + Integer.MAX_VALUE);
        settings.require(
                clocks.retryLeast.compareTo(clocks.retryMost) <= 0,
                "invoker.start-retry-least is " + Durations.format(clocks.retryLeast)
                        + ", above invoker.start-retry-most, which is " + Durations.format(clocks.retryMost));
        settings.require(
                logs.one.compareTo(logs.all) <= 0,
                "invoker.log-bytes is " + logs.one + ", above invoker.logs-bytes, which is " + logs.all);
        checkStems(settings);
    }

    private void checkStems(Settings settings) {
        int count = stems.counts.values().stream().mapToInt(Integer::intValue).sum();
        settings.require(
                count * stems.memory.value() <= budget.memory().value(),
                "stems.* keep " + count + " stem cells of " + stems.memory + ", more than invoker.memory, which is "
                        + budget.memory());
        settings.require(
                count * stems.disk.value() <= budget.scratch().value(),
                "stems.* keep " + count + " stem cells of " + stems.disk + ", more than invoker.scratch, which is "
                        + budget.scratch());
    }
}
