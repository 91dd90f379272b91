package dev.hearth.gateway.auth;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test turns. */
final class SetClock implements InstantSource, Ticker {
    private volatile Instant now = Instant.parse("2030-01-01T00:00:00Z");

    void turn(Duration span) {
        now = now.plus(span);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long read() {
        return Duration.between(Instant.EPOCH, now).toNanos();
    }
}
