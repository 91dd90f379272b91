package dev.hearth.gateway.destination;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait before an attempt is made again: twice as long each time, up to a bound, less a random part of up to a
 * half, so that what failed together does not come back together.
 *
 * @param first longest wait after the first attempt
 * @param longest longest wait of all, also of one that the receiver asks for
 */
public record Backoff(Duration first, Duration longest) {
    private static final int MOST_DOUBLINGS = 32;

    /**
     * The wait.
     *
     * @param attempts made so far, 1 or more
     * @param asked what the receiver asks for; the longer of both counts
     */
    Duration after(int attempts, Optional<Duration> asked, RandomGenerator random) {
        int doublings = Math.min(attempts - 1, MOST_DOUBLINGS);
        long whole =
                first.toMillis() > longest.toMillis() >> doublings ? longest.toMillis() : first.toMillis() << doublings;
        long wait = whole - random.nextLong(whole / 2 + 1);
        Duration wanted =
                asked.map(span -> span.compareTo(longest) < 0 ? span : longest).orElse(Duration.ZERO);
        return Duration.ofMillis(Math.max(wait, wanted.toMillis()));
    }
}
