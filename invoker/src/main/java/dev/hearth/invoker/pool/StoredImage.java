package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;
import org.jspecify.annotations.Nullable;

/** One image's entry in the pool's books. */
final class StoredImage {
    private static final long NEVER = Long.MIN_VALUE / 2;

    final String name;
    /** Its containers: those that the engine may know pin it, those that are only decided wait for it. */
    final PhaseCounts phases = new PhaseCounts();

    ImageKind kind = ImageKind.GUEST;
    ImageState state = ImageState.ASIDE;
    /** Seen on the node; one that was not is taken to be there when it cannot be fetched: a create tells. */
    boolean here;

    long bytes;
    /** Whether the node can fetch it. */
    boolean fetchable;
    /** Some revision could not get it back. */
    boolean irreplaceable;
    /** Its removal was ordered. */
    boolean ordered;
    /** A start has needed it since it began to leave. */
    boolean again;
    /** How often it has come to the node: a container created before the last time may not have found it. */
    int arrivals;
    /** Whose start needed it last. */
    @Nullable
    Demand wantedBy;

    long lastUse = NEVER;
    long fetchedAt = NEVER;
    long notBefore = NEVER;

    StoredImage(String name) {
        this.name = name;
    }

    /** What it is when it is not counted. */
    ImageState away() {
        return mustBeFetched() ? ImageState.ABSENT : ImageState.ASIDE;
    }

    boolean mustBeFetched() {
        return fetchable && !here;
    }

    boolean counts() {
        return state == ImageState.FETCHING || state == ImageState.PRESENT || state == ImageState.LEAVING;
    }

    boolean isWanted() {
        return state == ImageState.AWAITED || again;
    }

    int decided() {
        return phases.of(Phase.PLANNED) + phases.of(Phase.QUEUED);
    }

    /** Containers for which the engine would keep the image. */
    int existing() {
        return pins() - decided();
    }

    int pins() {
        return phases.total();
    }

    /** Whether its containers, if it has any, rest or leave. */
    boolean isReleasable() {
        return pins() == phases.of(Phase.IDLE) + phases.of(Phase.STEM) + phases.of(Phase.REMOVING);
    }

    /** Whether it can make room, once its containers at rest are gone. */
    boolean isEvictable(long now) {
        boolean mayGo = kind == ImageKind.FETCHED ? !irreplaceable : kind == ImageKind.GUEST && pins() > 0;
        return state == ImageState.PRESENT && bytes > 0 && mayGo && now >= notBefore && isReleasable();
    }

    PoolImage shown() {
        return new PoolImage(name, new Bytes(bytes), kind, state, existing(), lastUse);
    }

    @Override
    public String toString() {
        return "image " + name + " (" + state + ")";
    }
}
