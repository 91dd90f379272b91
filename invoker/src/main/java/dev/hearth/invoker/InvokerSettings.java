package dev.hearth.invoker;

import dev.hearth.common.config.Setting;
import dev.hearth.common.function.Gpus;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.StemClass;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The keys of a worker node. */
final class InvokerSettings {
    private static final Bytes LEAST_MEMORY = Bytes.ofMiB(16);
    private static final Bytes MOST = Bytes.ofGiB(1 << 16);

    static final Setting<String> ID = Setting.matching(
                    "invoker.id", "an id of 1 to 32 of a-z, 0-9 and '-'", Pattern.compile("[a-z0-9][a-z0-9-]{0,31}"))
            .computed("made once and kept in DATA/node.id")
            .frequent("Name of the node in addresses, labels and answers.");
    static final Setting<Bytes> MEMORY = Setting.size("invoker.memory")
            .computed("60 % of the machine's RAM")
            .between(LEAST_MEMORY, MOST)
            .idea("WRENCH")
            .essential("Sum of limits.memory of all containers of the node, busy or idle.");
    static final Setting<Bytes> SCRATCH = Setting.size("invoker.scratch")
            .computed("20 % of the machine's RAM")
            .between(Bytes.ofMiB(1), MOST)
            .frequent("Sum of limits.disk of all containers of the node; their /tmp is RAM as well.");
    static final Setting<Bytes> RESERVE = Setting.size("invoker.reserve")
            .computed("10 % of the machine's RAM, at most 1GiB")
            .between(Bytes.ZERO, MOST)
            .frequent("RAM kept for the system, the engine and Hearth itself.");
    static final Setting<Bytes> DISK = Setting.size("invoker.disk")
            .computed("half of what is free on the data folder's file system, at most 100GiB")
            .between(Bytes.ofMiB(64), MOST)
            .idea("WRENCH")
            .essential("Budget for images and unpacked code.");
    static final Setting<Bytes> CODE_BYTES = Setting.size("invoker.code-bytes")
            .computed("a quarter of invoker.disk, at most 4GiB")
            .between(Bytes.ofMiB(1), MOST)
            .rare("The part of invoker.disk that unpacked code may take; the least recently used goes first.");
    static final Setting<Bytes> DISK_FREE = Setting.size("invoker.disk-free")
            .or(Bytes.ofMiB(512))
            .between(Bytes.ZERO, MOST)
            .rare("Free space on the data folder's file system below which the node fetches no code.");
    static final Setting<Integer> SLOTS = Setting.whole("invoker.slots")
            .computed("32 a core")
            .between(1, 100_000)
            .frequent("Calls that run at one time; one that waits for a nested call does not count.");
    static final Setting<Integer> STARTS = Setting.whole("invoker.starts")
            .computed("one a core")
            .between(1, 256)
            .rare("Containers that are being started at one time; more only add latency.");
    static final Setting<Integer> GPUS = Setting.whole("invoker.gpus")
            .or(0)
            .between(0, Gpus.MOST)
            .frequent(
                    "Graphics processors for functions with limits.gpus, numbered from 0 as their driver does; the engine must be able to give them.");
    static final Setting<List<String>> LABELS = Setting.list("invoker.labels")
            .or(List.of())
            .frequent("What functions may require of the node, as key=value: zone=a,disk=fast; at most 32.");
    static final Setting<Integer> SHARING_SPREAD = Setting.whole("invoker.sharing-spread")
            .computed("one a core and one more")
            .between(1, 100_000)
            .rare(
                    "Containers of a function, in use or being started, below which no call waits for a turn in one of them.");
    static final Setting<Duration> SHARING_RUN = Setting.duration("invoker.sharing-run")
            .or(Duration.ofMillis(2))
            .between(Duration.ZERO, Duration.ofSeconds(10))
            .rare("Mean run time up to which a function's calls take turns in the containers in use; 0ms: never.");
    static final Setting<Duration> SHARING_WAIT = Setting.duration("invoker.sharing-wait")
            .or(Duration.ofMillis(10))
            .between(Duration.ZERO, Duration.ofSeconds(10))
            .rare(
                    "Longest wait for such a turn, foreseen or in fact, beside an idle container; a start is made after five times that.");
    static final Setting<String> EVICTION = Setting.oneOf("invoker.eviction", List.of("lru", "ram"))
            .or("lru")
            .idea("WRENCH")
            .frequent(
                    "Which idle containers go when memory is short: lru the longest idle, ram the fewest that cover the need.");
    static final Setting<Integer> UID_FIRST = Setting.whole("invoker.uid-first")
            .or(200_000)
            .between(1_000, Integer.MAX_VALUE - 1)
            .rare("First user id that containers run as; each container has one of its own.");
    static final Setting<Integer> UID_COUNT = Setting.whole("invoker.uid-count")
            .or(10_000)
            .between(1, 10_000_000)
            .rare("How many user ids there are, and so the most containers.");
    static final Setting<Integer> STEMS_PYTHON3 = Setting.whole("stems.python3")
            .or(1)
            .between(0, 1_000)
            .idea("OpenWhisk")
            .frequent("Stem cells (started runtimes without code) of python3 that the node keeps without any demand.");
    static final Setting<Integer> STEMS_NODEJS = Setting.whole("stems.nodejs")
            .or(1)
            .between(0, 1_000)
            .idea("OpenWhisk")
            .frequent("Stem cells of nodejs that the node keeps without any demand.");
    static final Setting<Integer> STEMS_JAVA = Setting.whole("stems.java")
            .or(0)
            .between(0, 1_000)
            .idea("OpenWhisk")
            .frequent(
                    "Stem cells of java that the node keeps without any demand, each about 60 MB; each serves only functions of exactly its memory.");
    static final Setting<Integer> STEMS_NATIVE = Setting.whole("stems.native")
            .or(0)
            .between(0, 1_000)
            .idea("OpenWhisk")
            .frequent(
                    "Stem cells of native that the node keeps without any demand, each about 1 MB beside the stems.memory that it reserves.");
    static final Setting<Bytes> STEMS_MEMORY = Setting.size("stems.memory")
            .or(Bytes.ofMiB(256))
            .between(LEAST_MEMORY, MOST)
            .rare(
                    "limits.memory of a stem cell; a function with less gets its exact limit before its code runs, one with more a class of its own when it is called often.");
    static final Setting<Bytes> STEMS_DISK = Setting.size("stems.disk")
            .or(Bytes.ofMiB(64))
            .between(Bytes.ofMiB(1), MOST)
            .rare(
                    "limits.disk of a stem cell; functions with another one start cold until calls have made a class for it.");
    static final Setting<Integer> STEMS_MOST = Setting.whole("stems.most")
            .or(8)
            .between(0, StemClass.MAX_BASE)
            .frequent(
                    "Stem cells of one class (runtime, memory, disk) that first calls which found none make the node keep; 0: calls change nothing.");
    static final Setting<Duration> STEMS_SETTLE = Setting.duration("stems.settle")
            .or(Duration.ofMinutes(5))
            .between(Duration.ofMillis(100), Duration.ofHours(24))
            .rare("Time after which stem cells that calls asked for and that stood unused are taken away again.");
    static final Setting<Integer> STEMS_LEARN = Setting.whole("stems.learn")
            .or(3)
            .between(1, 1_000)
            .rare(
                    "Cold starts within stems.settle that a new class of stem cells would have spared, for it to be made.");
    static final Setting<Integer> STEMS_CLASSES = Setting.whole("stems.classes")
            .or(8)
            .between(0, 100)
            .rare(
                    "Classes of stem cells that calls of other memory or disk make at one time; the one longest without use makes way.");
    static final Setting<Duration> ADOPT_GRACE = Setting.duration("invoker.adopt-grace")
            .or(Duration.ofSeconds(30))
            .between(Duration.ZERO, Duration.ofMinutes(10))
            .frequent("How long containers outlive their invoker, so that a restarted one adopts them warm.");
    static final Setting<Duration> KILL_GRACE = Setting.duration("invoker.kill-grace")
            .or(Duration.ofSeconds(5))
            .between(Duration.ofMillis(100), Duration.ofMinutes(1))
            .rare(
                    "How long a killed container may stay without proof of its death before the node counts as not ready.");
    static final Setting<Duration> ORPHAN_AFTER = Setting.duration("invoker.orphan-after")
            .or(Duration.ofSeconds(15))
            .between(Duration.ofSeconds(1), Duration.ofHours(1))
            .frequent(
                    "Silence of a gateway after which the calls that it sent are ended: nobody would hear what becomes of"
                            + " them.");
    static final Setting<Duration> HEARTBEAT = Setting.duration("invoker.heartbeat")
            .or(Duration.ofSeconds(1))
            .between(Duration.ofMillis(50), Duration.ofMinutes(1))
            .rare("Beat of the node's status to the gateways.");
    static final Setting<Duration> START_TIMEOUT = Setting.duration("invoker.start-timeout")
            .or(Duration.ofSeconds(30))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .rare("Time from creating a container until its runtime has said hello.");
    static final Setting<Duration> RETRY_LEAST = Setting.duration("invoker.start-retry-least")
            .or(Duration.ofSeconds(1))
            .between(Duration.ofMillis(10), Duration.ofHours(1))
            .rare("First pause after a failed start; it doubles with each failure in a row.");
    static final Setting<Duration> RETRY_MOST = Setting.duration("invoker.start-retry-most")
            .or(Duration.ofSeconds(30))
            .between(Duration.ofMillis(10), Duration.ofHours(1))
            .rare("Longest pause after failed starts.");
    static final Setting<Duration> ENGINE_CHECK = Setting.duration("invoker.engine-check")
            .or(Duration.ofSeconds(2))
            .between(Duration.ofMillis(100), Duration.ofMinutes(1))
            .rare("Beat of the question to the Docker Engine whether it still answers.");
    static final Setting<Duration> START_REST = Setting.duration("invoker.start-rest")
            .or(Duration.ofMillis(50))
            .between(Duration.ofMillis(1), Duration.ofSeconds(10))
            .rare(
                    "Pause after a start before its container is renamed and its stem cell replaced: both would slow down the first call.");
    static final Setting<Bytes> LOG_BYTES = Setting.size("invoker.log-bytes")
            .or(Bytes.ofMiB(1))
            .between(Bytes.ofKiB(1), Bytes.ofGiB(1))
            .frequent("Log kept of one invocation; what comes after is counted and dropped, but for the last lines.");
    static final Setting<Bytes> LOGS_BYTES = Setting.size("invoker.logs-bytes")
            .or(Bytes.ofMiB(64))
            .between(Bytes.ofMiB(1), Bytes.ofGiB(64))
            .frequent("Logs kept of all invocations; those of calls that are over make room, the first to end first.");
    static final Setting<Integer> LOG_TAIL = Setting.whole("invoker.log-tail")
            .or(20)
            .between(0, 1_000)
            .rare("Last lines of the log that a failure carries.");
    static final Setting<Duration> BRIDGE_GRACE = Setting.duration("invoker.bridge-grace")
            .or(Duration.ofMillis(500))
            .between(Duration.ofMillis(10), Duration.ofMinutes(1))
            .rare("How long a bridge may take to end its container before the engine is asked to kill it.");
    static final Setting<Duration> KILL_RETRY = Setting.duration("invoker.kill-retry")
            .or(Duration.ofSeconds(1))
            .between(Duration.ofMillis(10), Duration.ofMinutes(1))
            .rare("Time between two tries to kill a container.");
    static final Setting<Integer> REMOVALS = Setting.whole("invoker.removals")
            .or(2)
            .between(1, 256)
            .rare("Containers that are being removed at one time.");
    static final Setting<Duration> ANNOUNCE_AFTER = Setting.duration("invoker.announce-after")
            .or(Duration.ofMillis(100))
            .between(Duration.ofMillis(1), Duration.ofMinutes(1))
            .rare("Run time after which a call's record says RUNNING; shorter calls are spared the message.");
    static final Setting<Duration> CODE_TIMEOUT = Setting.duration("invoker.code-timeout")
            .or(Duration.ofMinutes(2))
            .between(Duration.ofMillis(100), Duration.ofHours(1))
            .rare("Time for fetching and unpacking the code of one revision.");
    static final Setting<Bytes> WINDOW = Setting.size("invoker.window")
            .or(Bytes.ofKiB(256))
            .between(Bytes.ofKiB(64), Bytes.ofMiB(16))
            .rare("Bytes of one body under way to or from a container without credit.");
    static final Setting<Integer> REVISIONS = Setting.whole("invoker.revisions")
            .or(10_000)
            .between(1, 1_000_000)
            .rare("Revisions of functions that the node remembers; others are asked for again.");
    static final Setting<Integer> FILE_THREADS = Setting.whole("invoker.file-threads")
            .or(16)
            .between(1, 256)
            .rare("File operations at one time; more wait.");
    static final Setting<Integer> FILE_QUEUE = Setting.whole("invoker.file-queue")
            .or(4_096)
            .between(1, 1_000_000)
            .rare("File operations that may wait for their turn; more fail at once.");
    static final Setting<Path> BRIDGE = Setting.path("invoker.bridge")
            .computed("the file bridge of the distribution")
            .rare("The static binary that is PID 1 of every container.");

    static final Setting<Boolean> NETWORK = Setting.flag("network.enabled")
            .or(true)
            .frequent(
                    "Whether functions with network=internet run on this node; it needs root, ip, iptables and nsenter.");
    static final Setting<String> NETWORK_ADDRESSES = Setting.text("network.addresses")
            .computed("a /20 of 100.64.0.0/10, by the node's id")
            .rare("IPv4 block of /10 to /28 for containers with a network; nothing else of this machine may use it.");
    static final Setting<List<String>> NETWORK_DNS = Setting.list("network.dns")
            .or(List.of())
            .frequent("IPv4 addresses of the name servers of functions; none: those of this machine, but for its own.");
    static final Setting<List<String>> NETWORK_DENY = Setting.list("network.deny")
            .or(List.of())
            .frequent("IPv4 blocks that functions do not reach, besides private and special ones.");
    static final Setting<Duration> NETWORK_CHECK = Setting.duration("network.check")
            .or(Duration.ofMillis(100))
            .between(Duration.ofMillis(10), Duration.ofMinutes(1))
            .rare("Beat at which the traffic of functions is held against limits.ingress and limits.egress.");
    static final Setting<Duration> NETWORK_REPAIR = Setting.duration("network.repair")
            .or(Duration.ofSeconds(10))
            .between(Duration.ofSeconds(1), Duration.ofHours(1))
            .rare("Beat at which the firewall is put right while containers have a network.");
    static final Setting<Duration> NETWORK_TIMEOUT = Setting.duration("network.timeout")
            .or(Duration.ofSeconds(5))
            .between(Duration.ofMillis(100), Duration.ofMinutes(1))
            .rare("Time for one command that changes interfaces or the firewall.");

    static final Setting<Integer> NETWORK_CONNECTIONS = Setting.whole("network.connections")
            .or(1_024)
            .between(1, 65_535)
            .frequent("Connections that one container may have open to the network; more are refused.");
    static final Setting<Integer> NETWORK_CONNECTS = Setting.whole("network.connects")
            .or(100)
            .between(1, 10_000)
            .rare(
                    "Connections that one container may open in a second, after as many at once as it may have open; more are refused.");
    static final Setting<Integer> ALLOW_ADDRESSES = Setting.whole("network.allow-addresses")
            .or(64)
            .between(1, 1_000)
            .rare(
                    "Addresses of names that one container with a list of allowed destinations reaches at one time; those found longest ago go first.");
    static final Setting<Duration> ALLOW_LEAST = Setting.duration("network.allow-least")
            .or(Duration.ofMinutes(1))
            .between(Duration.ofSeconds(1), Duration.ofHours(24))
            .rare(
                    "How long the address of an allowed name is reached at least after the name was asked for, whatever its name server says.");
    static final Setting<Duration> ALLOW_MOST = Setting.duration("network.allow-most")
            .or(Duration.ofMinutes(10))
            .between(Duration.ofSeconds(1), Duration.ofHours(24))
            .rare("The same at most; then the name must be asked for again.");
    static final Setting<Integer> LOOKUPS = Setting.whole("network.lookups")
            .or(256)
            .between(1, 10_000)
            .rare(
                    "Questions for allowed names under way on the node at one time, an eighth of them of one container; more fail at once.");
    static final Setting<Duration> LOOKUP_TIMEOUT = Setting.duration("network.lookup-timeout")
            .or(Duration.ofSeconds(3))
            .between(Duration.ofMillis(10), Duration.ofMinutes(1))
            .rare("Time for one such question, all name servers together.");

    static final Setting<Duration> USAGE_BEAT = Setting.duration("invoker.usage-beat")
            .or(Duration.ofSeconds(5))
            .between(Duration.ofMillis(100), Duration.ofHours(1))
            .rare(
                    "How often processor time and idle time of containers are counted; a node that is killed loses what came since.");
    static final Setting<Path> CGROUPS = Setting.path("invoker.cgroups")
            .or(Path.of("/sys/fs/cgroup"))
            .rare("Where the kernel's control groups of the engine's containers can be read.");

    static final Setting<Integer> TUNNEL_PORT = Setting.whole("invoker.tunnel-port")
            .or(0)
            .between(0, 65_535)
            .rare("Port of loopback from which this node's engine takes images of the head; 0 for any free one.");
    static final Setting<Integer> TUNNEL_CONNECTIONS = Setting.whole("invoker.tunnel-connections")
            .or(64)
            .between(1, 10_000)
            .rare("Connections to that port at one time; more are closed at once.");
    static final Setting<Duration> TUNNEL_SILENCE = Setting.duration("invoker.tunnel-silence")
            .or(Duration.ofSeconds(15))
            .between(Duration.ofMillis(100), Duration.ofHours(1))
            .rare("Time without a byte of an image after which the head is held to be gone.");

    static final List<Setting<?>> ALL = List.of(
            MEMORY,
            DISK,
            ID,
            SCRATCH,
            RESERVE,
            SLOTS,
            LABELS,
            GPUS,
            EVICTION,
            STEMS_PYTHON3,
            STEMS_NODEJS,
            STEMS_JAVA,
            STEMS_NATIVE,
            STEMS_MOST,
            STEMS_MEMORY,
            STEMS_DISK,
            STEMS_SETTLE,
            STEMS_LEARN,
            STEMS_CLASSES,
            ADOPT_GRACE,
            LOG_BYTES,
            LOGS_BYTES,
            LOG_TAIL,
            CODE_BYTES,
            DISK_FREE,
            STARTS,
            SHARING_SPREAD,
            SHARING_RUN,
            SHARING_WAIT,
            UID_FIRST,
            UID_COUNT,
            KILL_GRACE,
            HEARTBEAT,
            ORPHAN_AFTER,
            START_TIMEOUT,
            RETRY_LEAST,
            RETRY_MOST,
            ENGINE_CHECK,
            BRIDGE_GRACE,
            KILL_RETRY,
            START_REST,
            REMOVALS,
            ANNOUNCE_AFTER,
            CODE_TIMEOUT,
            WINDOW,
            REVISIONS,
            FILE_THREADS,
            FILE_QUEUE,
            USAGE_BEAT,
            CGROUPS,
            BRIDGE,
            NETWORK,
            NETWORK_ADDRESSES,
            NETWORK_DNS,
            NETWORK_DENY,
            NETWORK_CHECK,
            NETWORK_REPAIR,
            NETWORK_TIMEOUT,
            NETWORK_CONNECTIONS,
            NETWORK_CONNECTS,
            ALLOW_ADDRESSES,
            ALLOW_LEAST,
            ALLOW_MOST,
            LOOKUPS,
            LOOKUP_TIMEOUT,
            TUNNEL_PORT,
            TUNNEL_CONNECTIONS,
            TUNNEL_SILENCE);

    private InvokerSettings() {}
}
