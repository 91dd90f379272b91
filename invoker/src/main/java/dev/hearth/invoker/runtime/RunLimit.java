package dev.hearth.invoker.runtime;

import dev.hearth.common.function.Revision;
import dev.hearth.common.units.Durations;
import java.time.Duration;

/**
 * How long one call may run: limits.timeout, or less where the call itself says so.
 *
 * @param time the limit
 * @param own whether it is the call's own
 */
record RunLimit(Duration time, boolean own) {
    /** Of a call of the revision; 0 when it has no limit of its own. */
    static RunLimit of(Revision revision, long ownMillis) {
        Duration limit = revision.limits().timeout();
        boolean less = ownMillis > 0 && ownMillis < limit.toMillis();
        return new RunLimit(less ? Duration.ofMillis(ownMillis) : limit, less);
    }

    @Override
    public String toString() {
        return (own ? "the call's own timeout = " : "limits.timeout = ") + Durations.format(time);
    }
}
