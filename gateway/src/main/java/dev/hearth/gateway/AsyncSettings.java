package dev.hearth.gateway;

import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Settings;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import dev.hearth.gateway.durable.DurableSettings;
import dev.hearth.gateway.durable.SyncKeep;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The keys of asynchronous invocations and of those who wait for ends. */
final class AsyncSettings {
    private static final Setting<Integer> QUEUE = Setting.whole("async.queue")
            .or(2_000_000)
            .between(1, 100_000_000)
            .frequent("Asynchronous invocations that may wait or run, in all; one more is answered with 429.");
    private static final Setting<Integer> QUEUE_PER_FUNCTION = Setting.whole("async.queue-per-function")
            .or(1_500_000)
            .between(1, 100_000_000)
            .frequent("Asynchronous invocations of one function that may wait or run.");
    private static final Setting<Integer> WINDOW = Setting.whole("async.window")
            .or(512)
            .between(2, 10_000)
            .rare(
                    "Asynchronous invocations of one revision that are in the scheduler at one time; the rest waits on disk.");
    private static final Setting<Integer> WINDOWS = Setting.whole("async.windows")
            .or(50_000)
            .between(2, 1_000_000)
            .rare("Asynchronous invocations that are in the scheduler at one time, of all functions.");
    private static final Setting<Bytes> WINDOW_BYTES = Setting.size("async.window-bytes")
            .or(Bytes.ofMiB(16))
            .between(Bytes.ZERO, Bytes.ofGiB(64))
            .rare("Bytes of their events that stay in memory; others are read again when their turn comes.");
    private static final Setting<Integer> ACCEPT_BATCH = Setting.whole("async.accept-batch")
            .or(512)
            .between(1, 10_000)
            .rare("Calls that are accepted in one transaction.");
    private static final Setting<Integer> RETRIES = Setting.whole("async.retries")
            .or(2)
            .between(0, 100)
            .idea("AWS Lambda")
            .frequent("How often an asynchronous call that failed is tried again, unless it says ?retries= itself.");
    private static final Setting<Integer> RETRIES_MAX =
            Setting.whole("async.retries-max").or(100).between(0, 10_000).rare("Most retries that a call may ask for.");
    private static final Setting<Duration> BACKOFF = Setting.duration("async.backoff")
            .or(Duration.ofSeconds(1))
            .between(Duration.ZERO, Duration.ofDays(1))
            .frequent(
                    "Wait before the first retry, unless the call says ?backoff= itself; doubled for each further one.");
    private static final Setting<Duration> BACKOFF_MAX = Setting.duration("async.backoff-max")
            .or(Duration.ofMinutes(10))
            .between(Duration.ofMillis(1), Duration.ofDays(7))
            .rare("Longest wait before a retry.");
    private static final Setting<Duration> DELAY_MAX = Setting.duration("async.delay-max")
            .or(Duration.ofDays(31))
            .between(Duration.ofSeconds(1), Duration.ofDays(3_660))
            .rare("How far ahead ?delay=, ?notBefore= and ?expiresAfter= may be.");
    private static final Setting<Integer> LOSSES = Setting.whole("async.losses")
            .or(10)
            .between(0, 10_000)
            .rare(
                    "Attempts of an invocation that may be lost with their node or gateway before it becomes a dead letter.");
    private static final Setting<Duration> KEEP_FOR = Setting.duration("records.keep-for")
            .or(Duration.ofDays(7))
            .between(Duration.ofSeconds(1), Duration.ofDays(3_660))
            .frequent(
                    "How long records, outputs, logs and dead letters of asynchronous invocations are kept after their end.");
    private static final Setting<Integer> KEEP_COUNT = Setting.whole("records.keep-count")
            .or(1_000_000)
            .between(1, 100_000_000)
            .frequent("Records of ended asynchronous invocations that are kept; the oldest go first.");
    private static final Setting<Duration> IDEMPOTENCY = Setting.duration("async.idempotency")
            .or(Duration.ofDays(1))
            .between(Duration.ofSeconds(1), Duration.ofDays(366))
            .rare("How long an Idempotency-Key is known.");
    private static final Setting<String> SYNC_KEEP = Setting.oneOf(
                    "records.sync-keep", List.of("none", "failed", "all"))
            .or("failed")
            .frequent("Which synchronous calls' records are written to the database too, behind their answers.");
    private static final Setting<Integer> SYNC_KEEP_RATE = Setting.whole("records.sync-keep-rate")
            .or(1_000)
            .between(1, 100_000)
            .rare("How many of them in a second; more are left out and counted.");
    private static final Setting<Integer> WAITERS = Setting.whole("invocations.waiters")
            .or(10_000)
            .between(1, 1_000_000)
            .rare("Clients that may wait for the ends of invocations at one time; one more is answered with 429.");
    private static final Setting<Integer> WAIT_IDS = Setting.whole("invocations.wait-ids")
            .or(10_000)
            .between(1, 1_000_000)
            .rare("Invocations that one of them may wait for.");
    private static final Setting<Duration> HEARTBEAT = Setting.duration("invocations.heartbeat")
            .or(Duration.ofSeconds(10))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .rare("How often a stream of events without news sends a sign of life.");

    static final List<Setting<?>> ALL = List.of(
            QUEUE,
            QUEUE_PER_FUNCTION,
            WINDOW,
            WINDOWS,
            WINDOW_BYTES,
            ACCEPT_BATCH,
            RETRIES,
            RETRIES_MAX,
            BACKOFF,
            BACKOFF_MAX,
            DELAY_MAX,
            LOSSES,
            KEEP_FOR,
            KEEP_COUNT,
            IDEMPOTENCY,
            SYNC_KEEP,
            SYNC_KEEP_RATE,
            WAITERS,
            WAIT_IDS,
            HEARTBEAT);

    private AsyncSettings() {}

    static GatewayConfig.Async bind(Settings settings) {
        DurableSettings durable = new DurableSettings(
                settings.read(QUEUE),
                settings.read(QUEUE_PER_FUNCTION),
                settings.read(WINDOW),
                settings.read(WINDOWS),
                settings.read(WINDOW_BYTES),
                settings.read(ACCEPT_BATCH),
                settings.read(RETRIES),
                settings.read(RETRIES_MAX),
                settings.read(BACKOFF),
                settings.read(BACKOFF_MAX),
                settings.read(DELAY_MAX),
                settings.read(LOSSES),
                settings.read(KEEP_FOR),
                settings.read(KEEP_COUNT),
                settings.read(IDEMPOTENCY),
                SyncKeep.valueOf(settings.read(SYNC_KEEP).toUpperCase(Locale.ROOT)),
                settings.read(SYNC_KEEP_RATE));
        settings.require(
                durable.retries() <= durable.retriesMost(),
                "async.retries is " + durable.retries() + ", above async.retries-max, which is "
                        + durable.retriesMost());
        settings.require(
                durable.backoff().compareTo(durable.backoffMost()) <= 0,
                "async.backoff is " + Durations.format(durable.backoff()) + ", above async.backoff-max, which is "
                        + Durations.format(durable.backoffMost()));
        return new GatewayConfig.Async(
                durable, settings.read(WAITERS), settings.read(WAIT_IDS), settings.read(HEARTBEAT));
    }
}
