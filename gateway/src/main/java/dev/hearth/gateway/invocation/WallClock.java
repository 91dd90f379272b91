package dev.hearth.gateway.invocation;

/**
 * Puts dates into the scheduler's milliseconds, which no setting of the clock moves; lives on one event loop.
 *
 * <p>The distance of the two clocks stays as it was found until it has changed by more than a second: dates keep their order.
 */
final class WallClock {
    private static final long JUMP_MILLIS = 1_000;
    private long distance = System.currentTimeMillis() - System.nanoTime() / 1_000_000;

    /** The moment of that date, and not after now. */
    long monotonic(long date, long now) {
        long found = System.currentTimeMillis() - now;
        if (Math.abs(found - distance) > JUMP_MILLIS) {
            distance = found;
        }
        return Math.min(now, date - distance);
    }
}
