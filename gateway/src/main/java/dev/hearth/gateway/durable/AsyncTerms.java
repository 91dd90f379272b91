package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Durations;
import dev.hearth.gateway.http.Query;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads what an asynchronous call asks for in its query. */
final class AsyncTerms {
    static final String[] PARAMETERS = {
        "timeout", "retries", "backoff", "delay", "notBefore", "expiresAfter", "onSuccess", "onFailure", "queue"
    };
    private static final int LONGEST_KEY = 255;

    private final DurableSettings settings;
    private final UnaryOperator<String> destination;

    /**
     * A reader.
     *
     * @param destination checks where something is to be told and gives it in its usual form
     */
    AsyncTerms(DurableSettings settings, UnaryOperator<String> destination) {
        this.settings = settings;
        this.destination = destination;
    }

    /**
     * What was asked for.
     *
     * @param dueAt since when it may run, Unix milliseconds
     * @param waits as {@link QueuedRow#waits}
     * @param expiresAt 0 for never
     */
    record Read(Terms terms, long dueAt, long waits, long expiresAt) {}

    /**
     * Reads and checks.
     *
     * @throws HearthException INVALID_REQUEST
     */
    Read read(Query query, Duration mostTimeout, long now) {
        Duration timeout = query.duration("timeout", mostTimeout, "limits.timeout of the function")
                .orElse(Duration.ZERO);
        if (query.text("timeout").isPresent() && timeout.toMillis() < 1) {
            throw refused("timeout must be at least 1ms");
        }
        Terms terms = new Terms(
                timeout.toMillis(),
                query.whole("retries", settings.retries(), 0, settings.retriesMost()),
                query.duration("backoff", settings.backoffMost(), "async.backoff-max")
                        .orElse(settings.backoff())
                        .toMillis(),
                query.text("onSuccess").map(destination).orElse(""),
                query.text("onFailure").map(destination).orElse(""),
                Optional.empty());
        Optional<Duration> delay = query.duration("delay", settings.delayMost(), "async.delay-max");
        Optional<Instant> date = query.text("notBefore").map(this::date);
        if (delay.isPresent() && date.isPresent()) {
            throw refused("delay and notBefore exclude each other: give one");
        }
        long due = date.map(Instant::toEpochMilli)
                .orElse(now + delay.orElse(Duration.ZERO).toMillis());
        long waits = date.isPresent() ? -1 : due - now;
        if (due - now > settings.delayMost().toMillis()) {
            throw refused(
                    "notBefore is more than " + Durations.format(settings.delayMost()) + " ahead (async.delay-max)");
        }
        Optional<Duration> expiry = query.duration("expiresAfter", settings.delayMost(), "async.delay-max");
        if (expiry.isPresent() && now + expiry.get().toMillis() <= due) {
            throw refused("expiresAfter is over before the call may run: make it longer than the delay");
        }
        return new Read(
                terms,
                Math.max(due, now),
                waits,
                expiry.map(time -> now + time.toMillis()).orElse(0L));
    }

    private Instant date(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException wrong) {
            throw refused("notBefore must be a date such as 2026-01-31T12:00:00Z");
        }
    }

    /**
     * The key as it was sent; empty without one.
     *
     * @throws HearthException INVALID_REQUEST
     */
    static String key(String given) {
        boolean plain = given.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!plain || given.length() > LONGEST_KEY) {
            throw refused("Idempotency-Key must be 1 to " + LONGEST_KEY + " visible characters of ASCII");
        }
        return given;
    }

    private static HearthException refused(String message) {
        return new HearthException(ErrorCode.INVALID_REQUEST, message);
    }
}
