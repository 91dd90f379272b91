package dev.hearth.gateway;

import dev.hearth.common.config.Loopback;
import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Settings;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import dev.hearth.gateway.auth.AuthSettings;
import dev.hearth.gateway.destination.DeliverySettings;
import dev.hearth.gateway.durable.DurableSettings;
import dev.hearth.gateway.heads.HeadSettings;
import dev.hearth.gateway.image.cluster.ImageStoreSettings;
import dev.hearth.gateway.store.PostgresServer;
import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.tls.PemFiles;
import dev.hearth.gateway.usage.UsageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the head node is told.
 *
 * @param http the HTTP server
 * @param tls certificates of the HTTP server
 * @param auth bounds of API keys
 * @param code bounds of code that is handed in
 * @param registry bounds of what is registered
 * @param queue bounds of the queue
 * @param scheduling how calls and nodes are matched
 * @param records bounds of the records kept in memory
 * @param async bounds of asynchronous invocations
 * @param store bounds of the database
 * @param deliveries bounds of what destinations are told
 * @param nodeLostAfter silence after which an invoker counts as lost
 * @param dispatchSlack time that the head waits for an outcome beyond all the clocks of a call
 * @param startBudget how long a call may wait on its node for a container
 * @param meteredFunctions functions that have metrics of their own
 * @param usage how usage is counted, and its prices
 * @param images how nodes with engines of their own get images
 */
public record GatewayConfig(
        Http http,
        Tls tls,
        AuthSettings auth,
        CodeBounds code,
        Registry registry,
        Queue queue,
        Scheduling scheduling,
        Records records,
        Async async,
        Store store,
        DeliverySettings deliveries,
        Duration nodeLostAfter,
        Duration dispatchSlack,
        Duration startBudget,
        int meteredFunctions,
        UsageSettings usage,
        ImageStoreSettings images) {
    private static final Pattern POSTGRES = Pattern.compile("jdbc:postgresql://[^/?@]*/[^/?@]+(\\?.*)?");
    private static final Pattern CREDENTIALS = Pattern.compile("@|[?&](user|\\w*password)=", Pattern.CASE_INSENSITIVE);

    /** The keys that it is bound from. */
    public static final List<Setting<?>> SETTINGS = Stream.of(
                    GatewaySettings.ALL, AsyncSettings.ALL, DeliverySettings.SETTINGS, ImageKeys.ALL)
            .flatMap(List::stream)
            .toList();

    /**
     * The HTTP server.
     *
     * @param host address to listen on
     * @param port 0 for any free one
     * @param hosts names that the Host header may carry besides loopback
     * @param bodyBytes bytes of events under way
     * @param answerBytes bytes of answers that wait for their clients
     * @param headerBytes largest header of one request
     * @param connections client connections at one time
     * @param idleTimeout life of a connection without a request
     * @param pace span in each of which a body must bring paceBytes
     * @param paceBytes see pace
     * @param stallTimeout how long a client may take nothing of its answer
     * @param lingerTimeout how long the rest of a refused body is thrown away
     * @param sendBuffer what the system may hold of an answer for one connection
     * @param uploadBytes bytes of code that is being handed in
     * @param uploadReaders threads that read registrations
     * @param imageBytes largest archive of images
     * @param waitMax longest {@code ?wait=}
     */
    public record Http(
            String host,
            int port,
            List<String> hosts,
            Bytes bodyBytes,
            Bytes answerBytes,
            Bytes headerBytes,
            int connections,
            Duration idleTimeout,
            Duration pace,
            Bytes paceBytes,
            Duration stallTimeout,
            Duration lingerTimeout,
            Bytes sendBuffer,
            Bytes uploadBytes,
            int uploadReaders,
            Bytes imageBytes,
            Duration waitMax) {
        public Http {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * Certificates of the HTTP server.
     *
     * @param declined whether plain HTTP is wanted on an address that others reach
     * @param files the PEM files; empty for plain HTTP
     * @param check how often the files are looked at
     * @param handshake how long a handshake may take
     */
    public record Tls(boolean declined, Optional<PemFiles> files, Duration check, Duration handshake) {}

    /**
     * Bounds of code that is handed in.
     *
     * @param packed bytes as handed in
     * @param unpacked bytes after unpacking
     * @param entries files and folders
     * @param depth folders in folders
     */
    public record CodeBounds(Bytes packed, Bytes unpacked, int entries, int depth) {}

    /**
     * Bounds of what is registered.
     *
     * @param functions functions in all
     * @param revisions revisions kept of one function
     * @param initBytes longest init of a function
     */
    public record Registry(int functions, int revisions, Bytes initBytes) {}

    /**
     * Bounds of the queue.
     *
     * @param length calls of all functions
     * @param perFunction calls of one function
     * @param timeout wait of a call that does not say
     * @param timeoutMax longest wait that a call may ask for
     */
    public record Queue(int length, int perFunction, Duration timeout, Duration timeoutMax) {}

    /**
     * How calls and nodes are matched.
     *
     * @param policy name of the policy
     * @param patience wait of the oldest call after which a node is reserved for it
     * @param refusalBackoff time after which a node is offered again what it refused
     * @param fairShare whether namespaces take turns
     */
    public record Scheduling(String policy, Duration patience, Duration refusalBackoff, boolean fairShare) {}

    /**
     * Bounds of the records of synchronous invocations kept in memory, and of those who follow logs.
     *
     * @param count number of records
     * @param bytes their size
     * @param followers clients that follow logs at one time
     * @param followBeat how often a followed log is asked for further lines
     * @param logPatience how long a node may take to answer for a log
     */
    public record Records(int count, Bytes bytes, int followers, Duration followBeat, Duration logPatience) {}

    /**
     * Bounds of asynchronous invocations and of those who wait for ends.
     *
     * @param durable bounds of queue, retries and retention
     * @param waiters clients that may wait at one time
     * @param waitIds invocations that one of them may wait for
     * @param heartbeat how often a stream of events without news sends a sign of life
     */
    public record Async(DurableSettings durable, int waiters, int waitIds, Duration heartbeat) {}

    /**
     * Bounds of the database.
     *
     * @param readers connections that read
     * @param pending reads and writes that may wait
     * @param batch writes in one commit
     * @param busyTimeout wait for a locked file, or for a server
     * @param startCheck size up to which a file is looked through at the start
     * @param server PostgreSQL; empty for SQLite
     * @param heads how several heads on one server see each other
     */
    public record Store(
            int readers,
            int pending,
            int batch,
            Duration busyTimeout,
            Bytes startCheck,
            Optional<PostgresServer> server,
            HeadSettings heads) {}

    /** Reads the keys; faults stay in the settings until they are finished. */
    public static GatewayConfig bind(Settings settings) {
        GatewayConfig config = new GatewayConfig(
                http(settings),
                tls(settings),
                new AuthSettings(
                        settings.read(GatewaySettings.KEYS),
                        settings.read(GatewaySettings.AUTH_FAILURES),
                        settings.read(GatewaySettings.AUTH_WINDOW),
                        settings.read(GatewaySettings.AUTH_ADDRESSES)),
                new CodeBounds(
                        settings.read(GatewaySettings.CODE_BYTES),
                        settings.read(GatewaySettings.CODE_UNPACKED),
                        settings.read(GatewaySettings.CODE_ENTRIES),
                        settings.read(GatewaySettings.CODE_DEPTH)),
                new Registry(
                        settings.read(GatewaySettings.FUNCTIONS),
                        settings.read(GatewaySettings.REVISIONS),
                        settings.read(GatewaySettings.INIT_BYTES)),
                queue(settings),
                new Scheduling(
                        settings.read(GatewaySettings.POLICY),
                        settings.read(GatewaySettings.PATIENCE),
                        settings.read(GatewaySettings.REFUSAL_BACKOFF),
                        settings.read(GatewaySettings.FAIR_SHARE)),
                new Records(
                        settings.read(GatewaySettings.SYNC_COUNT),
                        settings.read(GatewaySettings.SYNC_BYTES),
                        settings.read(GatewaySettings.FOLLOWERS),
                        settings.read(GatewaySettings.FOLLOW_BEAT),
                        settings.read(GatewaySettings.LOG_PATIENCE)),
                AsyncSettings.bind(settings),
                new Store(
                        settings.read(GatewaySettings.READERS),
                        settings.read(GatewaySettings.PENDING),
                        settings.read(GatewaySettings.BATCH),
                        settings.read(GatewaySettings.BUSY_TIMEOUT),
                        settings.read(GatewaySettings.STORE_START_CHECK),
                        server(settings),
                        new HeadSettings(
                                settings.read(GatewaySettings.HEAD_GRACE), settings.read(GatewaySettings.CHANGE_POLL))),
                DeliverySettings.bind(settings),
                settings.read(GatewaySettings.NODE_LOST_AFTER),
                settings.read(GatewaySettings.DISPATCH_SLACK),
                settings.read(GatewaySettings.START_BUDGET),
                settings.read(GatewaySettings.METERED_FUNCTIONS),
                UsageKeys.bind(settings),
                ImageKeys.bind(settings));
        config.check(settings);
        return config;
    }

    /** The database of a head node with this data folder. */
    public StoreSettings storeSettings(Path data) {
        return new StoreSettings(
                data,
                store.readers(),
                store.pending(),
                store.batch(),
                store.busyTimeout(),
                store.startCheck(),
                store.server());
    }

    private static Http http(Settings settings) {
        return new Http(
                settings.read(GatewaySettings.HOST),
                settings.read(GatewaySettings.PORT),
                settings.read(GatewaySettings.HOSTS),
                settings.read(GatewaySettings.BODY_BYTES),
                settings.read(GatewaySettings.ANSWER_BYTES),
                settings.read(GatewaySettings.HEADER_BYTES),
                settings.read(GatewaySettings.CONNECTIONS),
                settings.read(GatewaySettings.IDLE_TIMEOUT),
                settings.read(GatewaySettings.PACE),
                settings.read(GatewaySettings.PACE_BYTES),
                settings.read(GatewaySettings.STALL_TIMEOUT),
                settings.read(GatewaySettings.LINGER_TIMEOUT),
                settings.read(GatewaySettings.SEND_BUFFER),
                settings.read(GatewaySettings.UPLOAD_BYTES),
                settings.read(GatewaySettings.UPLOAD_READERS),
                settings.read(GatewaySettings.IMAGE_BYTES),
                settings.read(GatewaySettings.WAIT_MAX));
    }

    private static Tls tls(Settings settings) {
        boolean declined = settings.read(GatewaySettings.TLS).equals("off");
        Path certificate = settings.read(GatewaySettings.TLS_CERT);
        Path key = settings.read(GatewaySettings.TLS_KEY);
        boolean one = !certificate.toString().isEmpty();
        boolean other = !key.toString().isEmpty();
        settings.require(one == other, "gateway.tls-cert and gateway.tls-key belong together: set both or none");
        settings.require(!declined || !one, "gateway.tls is off, but gateway.tls-cert is set: leave one of them out");
        Optional<PemFiles> files = one && other ? Optional.of(new PemFiles(certificate, key)) : Optional.empty();
        return new Tls(
                declined,
                files,
                settings.read(GatewaySettings.TLS_CHECK),
                settings.read(GatewaySettings.TLS_HANDSHAKE));
    }

    /** The faults do not repeat the value: what is wrong with it may be the password in it. */
    private static Optional<PostgresServer> server(Settings settings) {
        String url = settings.read(GatewaySettings.STORE_URL);
        String user = settings.read(GatewaySettings.STORE_USER);
        String password = settings.read(GatewaySettings.STORE_PASSWORD);
        Duration answer = settings.read(GatewaySettings.STORE_ANSWER_TIMEOUT);
        if (url.isEmpty()) {
            settings.require(
                    user.isEmpty() && password.isEmpty(),
                    "store.user and store.password belong to a PostgreSQL server: set store.url too, or leave them out");
            return Optional.empty();
        }
        settings.require(
                POSTGRES.matcher(url).matches(),
                "store.url must be jdbc:postgresql://HOST:PORT/DATABASE, with ?NAME=VALUE if need be");
        settings.require(
                !CREDENTIALS.matcher(url).find(),
                "store.url must hold no user and no password, since it is shown: set store.user and store.password");
        return Optional.of(new PostgresServer(url, user, password, answer));
    }

    private static Queue queue(Settings settings) {
        return new Queue(
                settings.read(GatewaySettings.QUEUE_LENGTH),
                settings.read(GatewaySettings.QUEUE_PER_FUNCTION),
                settings.read(GatewaySettings.QUEUE_TIMEOUT),
                settings.read(GatewaySettings.QUEUE_TIMEOUT_MAX));
    }

    private void check(Settings settings) {
        settings.require(
                Loopback.contains(http.host) || tls.declined || tls.files.isPresent(),
                "gateway.host is " + http.host
                        + ", which other machines reach: set gateway.tls-cert and gateway.tls-key,"
                        + " or gateway.tls=off where a proxy in front has TLS; it needs an API key too (hearth keys"
                        + " create)");
        settings.require(
                queue.timeout.compareTo(queue.timeoutMax) <= 0,
                "queue.timeout is " + Durations.format(queue.timeout) + ", above queue.timeout-max, which is "
                        + Durations.format(queue.timeoutMax));
        settings.require(
                queue.perFunction <= queue.length,
                "queue.per-function is " + queue.perFunction + ", above queue.length, which is " + queue.length);
        settings.require(
                code.packed.compareTo(code.unpacked) <= 0,
                "gateway.code-bytes is " + code.packed + ", above gateway.code-unpacked, which is " + code.unpacked);
        settings.require(
                code.packed.compareTo(http.uploadBytes) <= 0,
                "gateway.code-bytes is " + code.packed + ", above gateway.upload-bytes, which is " + http.uploadBytes);
    }
}
