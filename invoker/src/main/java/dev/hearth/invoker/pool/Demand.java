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
 * @param gpus graphics processors reserved for the life of a container
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
        OptionalInt maxContainers,
        int gpus)
        implements Blueprint {
    public Demand {
        if (keepAlive.isNegative() || minWarm < 0 || concurrency < 1) {
            throw new IllegalArgumentException(label + ": keepAlive " + keepAlive + " and minWarm " + minWarm
                    + " must not be negative, concurrency " + concurrency + " must be 1 or more");
        }
    }

    /** Of a revision that asks for no graphics processors. */
    public Demand(
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
            OptionalInt maxContainers) {
        this(
                revision,
                label,
                runtime,
                image,
                terms,
                memory,
                disk,
                fromStemCell,
                keepAlive,
                minWarm,
                concurrency,
                maxContainers,
                0);
    }

    /**
     * What the revision needs of this node.
     *
     * @param gpus graphics processors that the node has
     */
    public static Demand of(Revision revision, int gpus) {
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
                limits.maxContainers(),
                limits.gpus().on(gpus));
    }

    private static ImageTerms terms(Revision revision) {
        return new ImageTerms(revision.imageSource().size(), revision.canFetchImage());
    }
}
