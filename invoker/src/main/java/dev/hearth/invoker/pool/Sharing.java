package dev.hearth.invoker.pool;

import java.time.Duration;

/**
 * When a call waits for a container in use although another one could be had.
 *
 * <p>A function whose calls are over in microseconds gains nothing from a container for each of its callers: on a few
 * cores they only take turns, with cold caches and a memory reservation each. So its calls share the few containers that
 * run hot. When no core is idle, that holds for calls of some milliseconds as well.
 *
 * @param spread containers of a revision, in use or on their way, below which its calls never wait; 1 or more
 * @param run mean time of a revision's calls up to which they share, zero: never; {@code patience} when no core is idle
 * @param patience longest that a call waits, foreseen or in fact, beside an idle container
 */
public record Sharing(int spread, Duration run, Duration patience) {
    public Sharing {
        if (spread < 1 || run.isNegative() || patience.isNegative()) {
            throw new IllegalArgumentException(
                    "sharing among " + spread + " containers, runs of " + run + ", waits of " + patience);
        }
    }
}
