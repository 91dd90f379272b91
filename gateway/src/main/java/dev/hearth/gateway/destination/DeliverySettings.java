package dev.hearth.gateway.destination;

import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Settings;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Bounds of deliveries, and where they may go.
 *
 * @param allow addresses that are not public and to which webhooks may be sent all the same
 * @param parallel deliveries under way at one time
 * @param attempts tries of one delivery before it is given up
 * @param backoff waits between them
 * @param timeout time of one attempt, the look-up of the name included
 * @param inlineBytes longest output that is sent along
 * @param answerBytes what is read of an answer
 * @param keep age of an ended delivery at which it is forgotten
 * @param keepCount ended deliveries that are kept
 */
public record DeliverySettings(
        List<AddressBlock> allow,
        int parallel,
        int attempts,
        Backoff backoff,
        Duration timeout,
        Bytes inlineBytes,
        Bytes answerBytes,
        Duration keep,
        int keepCount) {
    static final Setting<List<String>> ALLOW = Setting.list("webhooks.allow")
            .or(List.of())
            .frequent(
                    "Addresses and blocks of them, such as fd00::/8, that webhooks may be sent to although they are private,"
                            + " loopback or this machine's own.");
    static final Setting<Integer> PARALLEL = Setting.whole("webhooks.parallel")
            .or(16)
            .between(1, 1_000)
            .rare("Deliveries to destinations under way at one time; one destination gets half of them at most.");
    static final Setting<Integer> ATTEMPTS = Setting.whole("webhooks.attempts")
            .or(16)
            .between(1, 1_000)
            .frequent("Attempts at one delivery before it is given up: about four hours, with the waits below.");
    static final Setting<Duration> FIRST_RETRY = Setting.duration("webhooks.first-retry")
            .or(Duration.ofSeconds(1))
            .between(Duration.ofMillis(1), Duration.ofHours(1))
            .rare("Longest wait after a first attempt that failed; it doubles with each further one.");
    static final Setting<Duration> LONGEST_RETRY = Setting.duration("webhooks.longest-retry")
            .or(Duration.ofHours(1))
            .between(Duration.ofMillis(1), Duration.ofDays(1))
            .rare("Longest wait between two attempts, also where an answer's Retry-After asks for more.");
    static final Setting<Duration> TIMEOUT = Setting.duration("webhooks.timeout")
            .or(Duration.ofSeconds(10))
            .between(Duration.ofMillis(10), Duration.ofMinutes(10))
            .rare("Time of one attempt, from the look-up of the name to the answer.");
    static final Setting<Bytes> INLINE_BYTES = Setting.size("webhooks.inline-bytes")
            .or(Bytes.ofKiB(256))
            .between(Bytes.ZERO, Bytes.ofMiB(4))
            .rare("Longest output that a destination gets with the record; a longer one it fetches by the id.");
    static final Setting<Bytes> ANSWER_BYTES = Setting.size("webhooks.answer-bytes")
            .or(Bytes.ofKiB(4))
            .between(new Bytes(1), Bytes.ofMiB(1))
            .rare("Bytes that are read of a webhook's answer.");
    static final Setting<Duration> KEEP = Setting.duration("webhooks.keep")
            .or(Duration.ofDays(7))
            .between(Duration.ofMinutes(1), Duration.ofDays(365))
            .rare("Age at which an ended delivery is forgotten.");
    static final Setting<Integer> KEEP_COUNT = Setting.whole("webhooks.keep-count")
            .or(100_000)
            .between(1, 100_000_000)
            .rare("Ended deliveries that are kept; the oldest go first.");

    /** The keys that it is bound from. */
    public static final List<Setting<?>> SETTINGS = List.of(
            ALLOW,
            PARALLEL,
            ATTEMPTS,
            FIRST_RETRY,
            LONGEST_RETRY,
            TIMEOUT,
            INLINE_BYTES,
            ANSWER_BYTES,
            KEEP,
            KEEP_COUNT);

    public static final DeliverySettings DEFAULT = new DeliverySettings(
            List.of(),
            16,
            16,
            new Backoff(Duration.ofSeconds(1), Duration.ofHours(1)),
            Duration.ofSeconds(10),
            Bytes.ofKiB(256),
            Bytes.ofKiB(4),
            Duration.ofDays(7),
            100_000);

    public DeliverySettings {
        allow = List.copyOf(allow);
    }

    /** Reads the keys; faults stay in the settings until they are finished. */
    public static DeliverySettings bind(Settings settings) {
        Backoff backoff = new Backoff(settings.read(FIRST_RETRY), settings.read(LONGEST_RETRY));
        settings.require(
                backoff.first().compareTo(backoff.longest()) <= 0,
                "webhooks.first-retry is " + Durations.format(backoff.first())
                        + ", above webhooks.longest-retry, which is " + Durations.format(backoff.longest()));
        return new DeliverySettings(
                allowed(settings),
                settings.read(PARALLEL),
                settings.read(ATTEMPTS),
                backoff,
                settings.read(TIMEOUT),
                settings.read(INLINE_BYTES),
                settings.read(ANSWER_BYTES),
                settings.read(KEEP),
                settings.read(KEEP_COUNT));
    }

    private static List<AddressBlock> allowed(Settings settings) {
        List<AddressBlock> blocks = new ArrayList<>();
        for (String text : settings.read(ALLOW)) {
            try {
                blocks.add(AddressBlock.parse(text));
            } catch (IllegalArgumentException wrong) {
                settings.require(false, "webhooks.allow: " + Objects.toString(wrong.getMessage(), text));
            }
        }
        return blocks;
    }
}
