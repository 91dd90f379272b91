package dev.hearth.client;

import java.time.Duration;

/** Durations as the API writes them. */
final class Spans {
    private static final long MOST_DIGITS = 999_999_999;

    private Spans() {}

    /** In milliseconds, or in seconds where those have too many digits. */
    static String text(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("a time span cannot be negative: " + span);
        }
        return span.toSeconds() > MOST_DIGITS / 1000 ? span.toSeconds() + "s" : span.toMillis() + "ms";
    }
}
