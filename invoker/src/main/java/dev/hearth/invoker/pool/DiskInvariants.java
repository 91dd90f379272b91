package dev.hearth.invoker.pool;

import java.util.Collection;
import java.util.function.Predicate;

/** Counts the pool's images again, container by container, and compares. */
final class DiskInvariants {
    private final ImageShelf images;
    private final Collection<PooledContainer> containers;

    DiskInvariants(ImageShelf images, Collection<PooledContainer> containers) {
        this.images = images;
        this.containers = containers;
    }

    void check() {
        images.all().forEach(this::image);
        PoolInvariants.same("disk", "held", bytes(StoredImage::counts), images.held());
        PoolInvariants.same("disk", "leaving", bytes(image -> image.state == ImageState.LEAVING), images.leaving());
        PoolInvariants.same("disk", "promised", bytes(StoredImage::isWanted), images.promised());
        PoolInvariants.hold("disk", "promises only what comes free", images.excess() <= 0 || !images.hasWanted());
    }

    private void image(StoredImage image) {
        for (Phase phase : Phase.values()) {
            PoolInvariants.same(
                    image, "containers " + phase, count(image, one -> one.phase == phase), image.phases.of(phase));
        }
        PoolInvariants.hold(image, "is wanted only by a start", !image.isWanted() || image.decided() > 0);
        PoolInvariants.hold(
                image,
                "is awaited only while something leaves",
                image.state != ImageState.AWAITED || images.leaving() > 0);
        PoolInvariants.hold(
                image, "leaves only what nobody uses", image.state != ImageState.LEAVING || isAtRest(image));
        PoolInvariants.hold(image, "is removed only without containers", !image.ordered || image.existing() == 0);
        PoolInvariants.hold(
                image, "is ordered to go only while it leaves", !image.ordered || image.state == ImageState.LEAVING);
        PoolInvariants.hold(
                image,
                "lets no start wait for what nobody brings",
                image.phases.of(Phase.PLANNED) == 0
                        || image.isWanted()
                        || image.state == ImageState.FETCHING
                        || image.state == ImageState.PRESENT);
    }

    private static boolean isAtRest(StoredImage image) {
        return image.existing() == image.phases.of(Phase.REMOVING);
    }

    private int count(StoredImage image, Predicate<PooledContainer> which) {
        return (int) containers.stream()
                .filter(one -> one.image == image)
                .filter(which)
                .count();
    }

    private long bytes(Predicate<StoredImage> which) {
        return images.all().stream()
                .filter(which)
                .mapToLong(image -> image.bytes)
                .sum();
    }
}
