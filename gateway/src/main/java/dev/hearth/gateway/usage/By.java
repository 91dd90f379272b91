package dev.hearth.gateway.usage;

import java.util.Locale;

/** What one row of an answer stands for. */
enum By {
    DAY,
    FUNCTION,
    MONTH;

    private final String text = name().toLowerCase(Locale.ROOT);

    @Override
    public String toString() {
        return text;
    }
}
