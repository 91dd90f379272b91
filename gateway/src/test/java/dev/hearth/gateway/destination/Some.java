package dev.hearth.gateway.destination;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.stream.Stream;

/** Settings for tests: quick retries, few attempts. */
final class Some {
    private Some() {}

    static DeliverySettings settings(Duration timeout, String... allowed) {
        return settings(4, new Backoff(Duration.ofMillis(20), Duration.ofMillis(200)), timeout, allowed);
    }

    static DeliverySettings settings(int attempts, Backoff backoff, Duration timeout, String... allowed) {
        return new DeliverySettings(
                Stream.of(allowed).map(AddressBlock::parse).toList(),
                4,
                attempts,
                backoff,
                timeout,
                Bytes.ofKiB(1),
                Bytes.ofKiB(4),
                Duration.ofMinutes(10),
                100);
    }
}
