package dev.hearth.gateway.scheduler;

import java.util.OptionalLong;

/**
 * How a call's stay on a node ended, as far as it matters to later placements.
 *
 * @param runMillis its run time; empty when it never ran
 * @param kept whether its container is idle on the node now
 */
public record Finish(OptionalLong runMillis, boolean kept) {
    public static final Finish NEVER_RAN = new Finish(OptionalLong.empty(), false);

    /** Its container is ready for the next call. */
    public static Finish keeping(long runMillis) {
        return new Finish(OptionalLong.of(runMillis), true);
    }

    /** Its container is gone. */
    public static Finish losing(long runMillis) {
        return new Finish(OptionalLong.of(runMillis), false);
    }
}
