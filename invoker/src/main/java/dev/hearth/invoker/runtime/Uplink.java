package dev.hearth.invoker.runtime;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Revision;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.network.Link;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one container moves over its link, call by call; a container without a link moves nothing.
 *
 * <p>A call is charged for all that went over the link since the end of the one before: what code sends between calls is not
 * free. limits.ingress bounds what comes in, limits.egress what goes out, each by itself and besides event and answer.
 */
final class Uplink {
    private final @Nullable Link link;
    private final Function<Link, Traffic> counters;
    private Traffic before = Traffic.NONE;
    private Traffic seen = Traffic.NONE;

    private Uplink(@Nullable Link link, Function<Link, Traffic> counters) {
        this.link = link;
        this.counters = counters;
    }

    static Uplink none() {
        return new Uplink(null, ignored -> Traffic.NONE);
    }

    /** Over this link; the counters tell what has gone over it so far. */
    static Uplink over(Link link, Function<Link, Traffic> counters) {
        return new Uplink(link, counters);
    }

    Optional<Link> link() {
        return Optional.ofNullable(link);
    }

    /** What went over it since the last call ended. */
    private Traffic moved() {
        return read().since(before);
    }

    /** What has gone over it; what was seen last when it has gone with its container. */
    private Traffic read() {
        Traffic now = link == null ? Traffic.NONE : counters.apply(link);
        if (!now.equals(Traffic.NONE)) {
            seen = now;
        }
        return seen;
    }

    /** A call, or loading the code, is over: answers with what it is charged; what comes now is charged to the next. */
    Traffic settle() {
        Traffic moved = moved();
        before = seen;
        return moved;
    }

    /** Why calls cannot go on, if these that ran together moved more than each of them may. */
    Optional<Failure> excess(Revision revision, int calls) {
        Traffic moved = moved();
        Limits limits = revision.limits();
        if (moved.sent() > calls * limits.egress().value()) {
            return Optional.of(Failure.during(
                    ErrorCode.EGRESS_EXCEEDED,
                    above(revision, "sent", moved.sent(), "limits.egress", limits.egress(), calls)));
        }
        if (moved.received() > calls * limits.ingress().value()) {
            return Optional.of(Failure.during(
                    ErrorCode.INGRESS_EXCEEDED,
                    above(revision, "received", moved.received(), "limits.ingress", limits.ingress(), calls)));
        }
        return Optional.empty();
    }

    private static String above(Revision revision, String moved, long bytes, String name, Bytes limit, int calls) {
        String of = calls == 1 ? "" : ", for each of the " + calls + " calls that ran together";
        return revision.label() + " " + moved + " " + bytes + " bytes over its network, " + name + " is " + limit + of;
    }
}
