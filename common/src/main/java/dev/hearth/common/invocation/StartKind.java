package dev.hearth.common.invocation;

import java.util.Locale;

/** How a call came by its container, in OpenWhisk's words. */
public enum StartKind {
    /** A container was created for it. */
    COLD,
    /** A stem cell (started runtime without code) took the code. */
    PREWARMED,
    /** An idle container of the same revision was reused. */
    WARM;

    private final String text = name().toLowerCase(Locale.ROOT);

    @Override
    public String toString() {
        return text;
    }
}
