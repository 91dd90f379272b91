package dev.hearth.gateway;

import dev.hearth.common.config.Setting;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.http.EventHeaders;
import dev.hearth.gateway.scheduler.PlacementPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The keys of the head node. */
final class GatewaySettings {
    static final Setting<String> HOST = Setting.text("gateway.host")
            .or("127.0.0.1")
            .essential(
                    "Address that the HTTP API listens on; any but loopback needs an API key (hearth keys create) and TLS, or gateway.tls=off.");
    static final Setting<Integer> PORT = Setting.whole("gateway.port")
            .or(8080)
            .between(0, 65_535)
            .alias("HEARTH_PORT")
            .essential("Port of the HTTP API; 0 takes any free one.");
    static final Setting<List<String>> HOSTS = Setting.list("gateway.hosts")
            .or(List.of())
            .frequent("Names besides loopback that a request's Host header may carry, against DNS rebinding.");
    static final Setting<String> TLS = Setting.oneOf("gateway.tls", List.of("auto", "off"))
            .or("auto")
            .frequent(
                    "Whether the API speaks TLS: auto when gateway.tls-cert and gateway.tls-key are set, off to decline it, behind a proxy that has it.");
    static final Setting<Path> TLS_CERT = Setting.path("gateway.tls-cert")
            .or(Path.of(""))
            .frequent("PEM file of the certificate and those between it and its root; read again when it changes.");
    static final Setting<Path> TLS_KEY = Setting.path("gateway.tls-key")
            .or(Path.of(""))
            .frequent("PEM file of the certificate's private key, not encrypted; read again when it changes.");
    static final Setting<Duration> TLS_CHECK = Setting.duration("gateway.tls-check")
            .or(Duration.ofSeconds(10))
            .between(Duration.ofMillis(10), Duration.ofHours(1))
            .rare("How often both files are looked at; a pair is taken when two looks in a row found it the same.");
    static final Setting<Duration> TLS_HANDSHAKE = Setting.duration("gateway.tls-handshake-timeout")
            .or(Duration.ofSeconds(10))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .rare("Time after which a connection that has not finished its TLS handshake is closed.");
    static final Setting<Integer> KEYS =
            Setting.whole("auth.keys").or(1_000).between(1, 100_000).rare("API keys that there may be.");
    static final Setting<Integer> AUTH_FAILURES = Setting.whole("auth.failures")
            .or(10)
            .between(1, 1_000_000)
            .rare("Wrong keys that one address may send in each auth.window; then it is answered with 429.");
    static final Setting<Duration> AUTH_WINDOW = Setting.duration("auth.window")
            .or(Duration.ofMinutes(1))
            .between(Duration.ofMillis(100), Duration.ofDays(1))
            .rare("Span in which wrong keys are counted, from the first one on.");
    static final Setting<Integer> AUTH_ADDRESSES = Setting.whole("auth.addresses")
            .or(10_000)
            .between(1, 10_000_000)
            .rare("Addresses whose wrong keys are counted at one time.");
    static final Setting<Bytes> BODY_BYTES = Setting.size("gateway.body-bytes")
            .or(Bytes.ofMiB(64))
            .between(Bytes.ofMiB(1), Bytes.ofGiB(64))
            .frequent(
                    "Memory for all events under way, the copies of them on their way to containers included; full is answered with 429.");
    static final Setting<Bytes> ANSWER_BYTES = Setting.size("gateway.answer-bytes")
            .or(Bytes.ofMiB(32))
            .between(Bytes.ZERO, Bytes.ofGiB(64))
            .frequent(
                    "Memory for answers that wait for clients who read slowly; when it is full their containers wait for them.");
    static final Setting<Bytes> CODE_BYTES = Setting.size("gateway.code-bytes")
            .or(Bytes.ofMiB(64))
            .between(Bytes.ofKiB(1), Bytes.ofMiB(511))
            .frequent("Largest code of one function as it is handed in.");
    static final Setting<Bytes> CODE_UNPACKED = Setting.size("gateway.code-unpacked")
            .or(Bytes.ofMiB(512))
            .between(Bytes.ofKiB(1), Bytes.ofGiB(16))
            .rare("Largest code of one function after unpacking.");
    static final Setting<Integer> CODE_ENTRIES = Setting.whole("gateway.code-entries")
            .or(20_000)
            .between(1, 1_000_000)
            .rare("Most files and folders in one archive of code.");
    static final Setting<Integer> CODE_DEPTH =
            Setting.whole("gateway.code-depth").or(32).between(1, 1_000).rare("Deepest folder in one archive of code.");
    static final Setting<Bytes> HEADER_BYTES = Setting.size("gateway.header-bytes")
            .or(Bytes.ofKiB(16))
            .between(Bytes.ofKiB(1), EventHeaders.LARGEST_HEAD)
            .rare(
                    "Largest header of one request; functions are given it, so it must fit into one frame of a container.");
    static final Setting<Integer> CONNECTIONS = Setting.whole("gateway.connections")
            .or(10_000)
            .between(1, 1_000_000)
            .rare("Client connections at one time; more are closed at once.");
    static final Setting<Duration> IDLE_TIMEOUT = Setting.duration("gateway.idle-timeout")
            .or(Duration.ofSeconds(75))
            .between(Duration.ofSeconds(1), Duration.ofHours(1))
            .rare("Time after which a connection without a request is closed.");
    static final Setting<Duration> PACE = Setting.duration("gateway.pace")
            .or(Duration.ofSeconds(10))
            .between(Duration.ofMillis(100), Duration.ofHours(1))
            .rare("Span in each of which a body must bring gateway.pace-bytes, or it is given up.");
    static final Setting<Bytes> PACE_BYTES = Setting.size("gateway.pace-bytes")
            .or(Bytes.ofKiB(1))
            .between(new Bytes(1), Bytes.ofGiB(1))
            .rare("Bytes that a body must bring in each gateway.pace.");
    static final Setting<Duration> STALL_TIMEOUT = Setting.duration("gateway.stall-timeout")
            .or(Duration.ofSeconds(60))
            .between(Duration.ofMillis(100), Duration.ofHours(1))
            .rare(
                    "Time after which a client that takes nothing of its answer is cut off; one that reads steadily gets all of it.");
    static final Setting<Duration> LINGER_TIMEOUT = Setting.duration("gateway.linger-timeout")
            .or(Duration.ofSeconds(15))
            .between(Duration.ofMillis(100), Duration.ofHours(1))
            .rare(
                    "Time for which the rest of a body that was refused is thrown away, so that its client can read why.");
    static final Setting<Bytes> SEND_BUFFER = Setting.size("gateway.send-buffer")
            .or(Bytes.ofKiB(256))
            .between(Bytes.ofKiB(4), Bytes.ofMiB(64))
            .rare("Bytes of an answer that the operating system may hold for one connection.");
    static final Setting<Bytes> UPLOAD_BYTES = Setting.size("gateway.upload-bytes")
            .or(Bytes.ofMiB(128))
            .between(Bytes.ofKiB(1), Bytes.ofGiB(64))
            .rare(
                    "Memory for all code that is being handed in, what is made of it included; a JSON document takes two and a half times its size and more, code sent as the body only its size; full is answered with 429.");
    static final Setting<Integer> UPLOAD_READERS = Setting.whole("gateway.upload-readers")
            .or(2)
            .between(1, 64)
            .rare("Threads that read registrations and look through archives.");
    static final Setting<Bytes> IMAGE_BYTES = Setting.size("gateway.image-bytes")
            .or(Bytes.ofGiB(8))
            .between(Bytes.ofKiB(1), Bytes.ofGiB(1_024))
            .rare("Largest archive of images that may be imported; it is handed to the engine as it comes.");
    static final Setting<Duration> START_BUDGET = Setting.duration("gateway.start-budget")
            .or(Duration.ofSeconds(30))
            .between(Duration.ofMillis(100), Duration.ofHours(1))
            .rare("How long a call may wait on its node for a container before NO_CAPACITY.");
    static final Setting<Integer> FUNCTIONS = Setting.whole("registry.functions")
            .or(10_000)
            .between(1, 1_000_000)
            .rare("Functions that may be registered.");
    static final Setting<Integer> REVISIONS = Setting.whole("registry.revisions")
            .or(20)
            .between(1, 10_000)
            .rare("Revisions of one function that are kept.");
    static final Setting<Bytes> INIT_BYTES = Setting.size("registry.init-bytes")
            .or(Bytes.ofKiB(16))
            .between(new Bytes(64), Bytes.ofKiB(24))
            .rare("Longest init of a function, as JSON; it goes to a container in one frame with the environment.");
    static final Setting<Duration> REFUSAL_BACKOFF = Setting.duration("scheduler.refusal-backoff")
            .or(Duration.ofMillis(200))
            .between(Duration.ofMillis(1), Duration.ofMinutes(1))
            .rare("Time after which a node is offered a revision that it refused although nothing on it changed.");
    static final Setting<Integer> BATCH =
            Setting.whole("store.batch").or(256).between(1, 10_000).rare("Most writes in one commit of the database.");
    static final Setting<Duration> WAIT_MAX = Setting.duration("gateway.wait-max")
            .or(Duration.ofMinutes(5))
            .between(Duration.ofSeconds(1), Duration.ofHours(1))
            .rare("Longest ?wait= of a request.");
    static final Setting<Duration> NODE_LOST_AFTER = Setting.duration("gateway.node-lost-after")
            .or(Duration.ofMillis(4_500))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .frequent("Silence after which an invoker counts as lost and its calls end with NODE_LOST.");
    static final Setting<Duration> DISPATCH_SLACK = Setting.duration("gateway.dispatch-slack")
            .or(Duration.ofSeconds(5))
            .between(Duration.ofMillis(100), Duration.ofMinutes(1))
            .rare("Time that the head waits for an outcome beyond all the clocks of a call.");
    static final Setting<Integer> QUEUE_LENGTH = Setting.whole("queue.length")
            .or(10_000)
            .between(1, 10_000_000)
            .frequent("Calls that may wait for a node; more are answered with 429.");
    static final Setting<Integer> QUEUE_PER_FUNCTION = Setting.whole("queue.per-function")
            .or(5_000)
            .between(1, 10_000_000)
            .frequent("Calls of one function that may wait, so that one function cannot fill the queue.");
    static final Setting<Duration> QUEUE_TIMEOUT = Setting.duration("queue.timeout")
            .or(Duration.ofSeconds(60))
            .between(Duration.ofMillis(1), Duration.ofDays(1))
            .frequent("How long a call waits for a node before NO_CAPACITY, when it does not say ?queue= itself.");
    static final Setting<Duration> QUEUE_TIMEOUT_MAX = Setting.duration("queue.timeout-max")
            .or(Duration.ofHours(1))
            .between(Duration.ofMillis(1), Duration.ofDays(1))
            .rare("Longest ?queue= of a call.");
    static final Setting<String> POLICY = Setting.oneOf("scheduler.policy", PlacementPolicy.NAMES)
            .or("fcfs")
            .idea("WRENCH")
            .frequent(
                    "Which node takes a call, the oldest first: fcfs the first that fits, random any that fits, balanced the least loaded, locality the least loaded of those that suit best.");
    static final Setting<Boolean> FAIR_SHARE = Setting.flag("scheduler.fair-share")
            .or(false)
            .idea("start-time fair queueing (Goyal, Vin, Cheng 1996)")
            .frequent(
                    "Whether namespaces take turns while calls of several wait, instead of first come, first served among all;"
                            + " within one namespace it changes nothing.");
    static final Setting<Duration> PATIENCE = Setting.duration("scheduler.patience")
            .or(Duration.ofSeconds(2))
            .between(Duration.ZERO, Duration.ofHours(1))
            .rare("Wait of the oldest call that fits nowhere after which a node is reserved for it.");
    static final Setting<Integer> SYNC_COUNT = Setting.whole("records.sync-count")
            .or(20_000)
            .between(1, 10_000_000)
            .frequent("Records of synchronous invocations kept in memory; the oldest go first.");
    static final Setting<Bytes> SYNC_BYTES = Setting.size("records.sync-bytes")
            .or(Bytes.ofMiB(32))
            .between(Bytes.ofMiB(1), Bytes.ofGiB(64))
            .rare("Bytes of those records; the oldest go first.");
    static final Setting<Integer> FOLLOWERS = Setting.whole("records.followers")
            .or(64)
            .between(1, 10_000)
            .rare("Clients that follow logs at one time; one more is answered with 429.");
    static final Setting<Duration> FOLLOW_BEAT = Setting.duration("records.follow-beat")
            .or(Duration.ofMillis(200))
            .between(Duration.ofMillis(10), Duration.ofMinutes(1))
            .rare("How often a log that is followed is asked for further lines.");
    static final Setting<Duration> LOG_PATIENCE = Setting.duration("records.log-patience")
            .or(Duration.ofSeconds(2))
            .between(Duration.ofMillis(10), Duration.ofMinutes(1))
            .rare("How long a node may take to answer for a log, and the last lines of an attempt to come.");
    static final Setting<Integer> READERS =
            Setting.whole("store.readers").or(4).between(1, 64).rare("Connections and threads that read the database.");
    static final Setting<Integer> PENDING = Setting.whole("store.pending")
            .or(4_096)
            .between(1, 1_000_000)
            .rare("Reads and writes that may wait for the database; more are answered with 429.");
    static final Setting<Duration> BUSY_TIMEOUT = Setting.duration("store.busy-timeout")
            .or(Duration.ofSeconds(5))
            .between(Duration.ofMillis(1), Duration.ofMinutes(10))
            .rare("How long to wait for a locked database file, or for a server that does not answer.");
    static final Setting<String> STORE_URL = Setting.text("store.url")
            .or("")
            .frequent(
                    "PostgreSQL instead of a file in the data folder: jdbc:postgresql://HOST:PORT/DATABASE, without user and password.");
    static final Setting<String> STORE_USER =
            Setting.text("store.user").or("").frequent("User of that server; none for the one of this process.");
    static final Setting<String> STORE_PASSWORD = Setting.secret("store.password")
            .or("")
            .frequent(
                    "Password of that user, in the environment or a file rather than on a command line, which others see; none for what the driver finds (~/.pgpass).");
    static final Setting<Duration> STORE_ANSWER_TIMEOUT = Setting.duration("store.answer-timeout")
            .or(Duration.ofSeconds(30))
            .between(Duration.ofSeconds(1), Duration.ofHours(1))
            .rare(
                    "How long that server may take for one statement, upgrades aside, before the connection is given up.");
    static final Setting<Duration> HEAD_GRACE = Setting.duration("store.head-grace")
            .or(Duration.ofSeconds(5))
            .between(Duration.ofSeconds(1), Duration.ofMinutes(10))
            .frequent(
                    "Silence after which another head on the same server takes over the asynchronous calls that a head had; the same on all of them.");
    static final Setting<Duration> CHANGE_POLL = Setting.duration("store.change-poll")
            .or(Duration.ofMillis(250))
            .between(Duration.ofMillis(20), Duration.ofMinutes(1))
            .rare(
                    "How often a head asks that server what other heads have changed (functions, keys, drained nodes), and what they have ended.");
    static final Setting<Bytes> STORE_START_CHECK = Setting.size("store.start-check")
            .or(Bytes.ofMiB(256))
            .between(new Bytes(0), Bytes.ofGiB(1_024))
            .rare(
                    "Size up to which the database file is looked through for damage at each start; hearth store check does it at any size.");

    static final Setting<Integer> METERED_FUNCTIONS = Setting.whole("metrics.functions")
            .or(1_000)
            .between(0, 100_000)
            .frequent("Functions that have metrics of their own; those that come later share the label _other.");

    private static final List<Setting<?>> OWN = List.of(
            HOST,
            PORT,
            HOSTS,
            TLS,
            TLS_CERT,
            TLS_KEY,
            TLS_CHECK,
            TLS_HANDSHAKE,
            KEYS,
            AUTH_FAILURES,
            AUTH_WINDOW,
            AUTH_ADDRESSES,
            BODY_BYTES,
            ANSWER_BYTES,
            CODE_BYTES,
            CODE_UNPACKED,
            CODE_ENTRIES,
            CODE_DEPTH,
            HEADER_BYTES,
            CONNECTIONS,
            IDLE_TIMEOUT,
            PACE,
            PACE_BYTES,
            STALL_TIMEOUT,
            LINGER_TIMEOUT,
            SEND_BUFFER,
            UPLOAD_BYTES,
            UPLOAD_READERS,
            IMAGE_BYTES,
            WAIT_MAX,
            NODE_LOST_AFTER,
            DISPATCH_SLACK,
            START_BUDGET,
            FUNCTIONS,
            REVISIONS,
            INIT_BYTES,
            QUEUE_LENGTH,
            QUEUE_PER_FUNCTION,
            QUEUE_TIMEOUT,
            QUEUE_TIMEOUT_MAX,
            POLICY,
            FAIR_SHARE,
            PATIENCE,
            REFUSAL_BACKOFF,
            SYNC_COUNT,
            SYNC_BYTES,
            FOLLOWERS,
            FOLLOW_BEAT,
            LOG_PATIENCE,
            READERS,
            PENDING,
            BATCH,
            BUSY_TIMEOUT,
            STORE_URL,
            STORE_USER,
            STORE_PASSWORD,
            STORE_ANSWER_TIMEOUT,
            HEAD_GRACE,
            CHANGE_POLL,
            STORE_START_CHECK,
            METERED_FUNCTIONS);

    static final List<Setting<?>> ALL =
            Stream.of(OWN, UsageKeys.ALL).flatMap(List::stream).toList();

    private GatewaySettings() {}
}
