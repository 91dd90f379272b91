package dev.hearth.invoker.pool;

import dev.hearth.common.invocation.StartKind;
import java.time.Duration;

/** What the pool decided and the actor around it applies, in the order given. */
public sealed interface PoolEffect {
    /** Create and start a container; answered by {@code started}, {@code startFailed} or {@code lost}. */
    record Create(ContainerId container, Blueprint blueprint) implements PoolEffect {}

    /**
     * Load a revision's code into a started container; answered by {@code initialised}, {@code initFailed} or
     * {@code lost}.
     *
     * @param fromStem the container was a stem cell: set it to the demand's exact memory before user code runs
     */
    record Initialise(ContainerId container, Demand demand, boolean fromStem) implements PoolEffect {}

    /**
     * Run the call in the container, which may run others; answered by {@code released} or {@code lost}.
     *
     * @param waitedMillis since the call asked
     */
    record Grant(CallKey call, ContainerId container, StartKind start, long waitedMillis) implements PoolEffect {}

    /** No room for the call now: it keeps its place at the gateway. The pool has forgotten it. */
    record Refuse(CallKey call, String reason) implements PoolEffect {}

    /**
     * The call cannot be served, because the start that it needed failed. The pool has forgotten it.
     *
     * @param container whose start it was
     * @param why START_FAILED, INIT_FAILED or LOST
     */
    record Fail(CallKey call, ContainerId container, RemovalReason why, String reason) implements PoolEffect {}

    /** The call cannot be served, because the image that it needs was not fetched. The pool has forgotten it. */
    record ImageFailed(CallKey call, String image, String reason) implements PoolEffect {}

    /**
     * Fetch an image, whose room is taken; answered by {@link ImageNews.Fetched} or {@link ImageNews.FetchFailed}.
     *
     * @param demand of the call that needs it
     * @param why it was not here
     */
    record FetchImage(String image, Demand demand, String why) implements PoolEffect {}

    /** Remove an image that no container of the node uses; answered by {@link ImageNews.Removed} or {@link ImageNews.Stays}. */
    record RemoveImage(String image) implements PoolEffect {}

    /** Kill and remove the container, and say {@code removed} only when it is proven to be gone. */
    record Remove(ContainerId container, RemovalReason reason) implements PoolEffect {}

    /** Say {@code timer} with this generation after the delay; an earlier timer of the container may be dropped. */
    record ArmTimer(ContainerId container, long generation, Duration delay) implements PoolEffect {}
}
