package dev.hearth.invoker.pool;

import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * What the pool must know of a revision to give its calls a container.
 *
 * @param revision whose calls the container can take
 * @param label {@code name@number}, for messages
 * @param runtime the runtime
 * @param image reference or id of the container image
 * @param terms what is known of that image
 * @param memory reserved for the life of a container
 * @param disk scratch reserved for the life of a container
 * @param fromStemCell whether a stem cell of the runtime can become its container
 * @param keepAlive how long an idle container is kept; zero: it goes at once
 * @param minWarm idle containers that keepAlive does not touch and that are evicted last
 * @param concurrency calls that run in one container at once; 1 or more
 * @param maxContainers containers of the revision; empty: bounded by the node's room alone
 */
public record Demand(
        RevisionId revision,
        String label,
        String runtime,
        String image,
        ImageTerms terms,
        Bytes memory,
        Bytes disk,
        boolean fromStemCell,
        Duration keepAlive,
        int minWarm,
        int concurrency,
        OptionalInt maxContainers)
        implements Blueprint {
    public Demand {
        if (keepAlive.isNegative() || minWarm < 0 || concurrency < 1) {
            throw new IllegalArgumentException(label + ": keepAlive " + keepAlive + " and minWarm " + minWarm
                    + " must not be negative, concurrency " + concurrency + " must be 1 or more");
        }
    }

    public static Demand of(Revision revision) {
        Limits limits = revision.limits();
        return new Demand(
                revision.id(),
                revision.label(),
                revision.runtime(),
                revision.containerImage(),
                terms(revision),
                limits.memory(),
                limits.disk(),
                revision.fromStemCell(),
                revision.keepAlive(),
                revision.minWarm(),
                limits.concurrency(),
                limits.maxContainers());
    }

    private static ImageTerms terms(Revision revision) {
        return new ImageTerms(revision.imageSource().size(), revision.canFetchImage());
    }
}
