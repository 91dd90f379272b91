package dev.hearth.gateway.auth;

import java.time.Duration;

/**
 * Bounds of keys and of wrong tries.
 *
 * @param keys keys that there may be
 * @param failures wrong keys that one address may send in a window before it must wait
 * @param window see {@code failures}
 * @param addresses addresses whose wrong tries are remembered
 */
public record AuthSettings(int keys, int failures, Duration window, int addresses) {
    public static final AuthSettings DEFAULT = new AuthSettings(1_000, 10, Duration.ofMinutes(1), 10_000);
}
