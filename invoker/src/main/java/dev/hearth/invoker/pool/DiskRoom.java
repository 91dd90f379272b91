package dev.hearth.invoker.pool;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes room for images, and brings together what is heard of them and the starts that wait for them.
 *
 * <p>Room is made as for memory, all or nothing: unpinned images that Hearth fetched go first, the longest unused in front;
 * then images whose containers all rest, the containers before the image. An image of somebody else is not removed: once
 * its last container is gone it counts no more.
 */
final class DiskRoom {
    /** How long one that could not be removed is left alone. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** A container that finds no image so soon after its fetch has another fault than a vanished image. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Books books;
    private final ImageShelf images;
    private final Starts starts;
    private final Removals removals;

    DiskRoom(Books books, Starts starts, Removals removals) {
        this.books = books;
        this.images = books.images;
        this.starts = starts;
        this.removals = removals;
    }

    /**
     * Makes room for a container of the revision: disk for its image, memory and scratch; all of it or nothing.
     *
     * @return whether there is room, now or once what was evicted is gone
     */
    boolean makeRoom(RevisionContainers revision, long now) {
        StoredImage image = images.of(revision.demand);
        if (image.state == ImageState.PRESENT) {
            return removals.makeRoom(revision.size, now);
        }
        Optional<List<StoredImage>> victims = images.victims(image, now);
        if (victims.isEmpty() || !removals.canMakeRoom(revision.size)) {
            images.released(image);
            return false;
        }
        victims.get().forEach(victim -> evict(victim, "it was evicted for " + revision.demand.label(), now));
        images.want(image, revision.demand, now);
        return removals.makeRoom(revision.size, now);
    }

    /** Why there is no disk for the revision's image; empty when that is not what lacks. */
    Optional<String> refusal(RevisionContainers revision, long now) {
        StoredImage image = images.of(revision.demand);
        Optional<String> refusal = images.victims(image, now).isPresent()
                ? Optional.empty()
                : Optional.of(Refusals.noDisk(revision, image, images));
        images.released(image);
        return refusal;
    }

    private void evict(StoredImage victim, String why, long now) {
        images.dismiss(victim, why);
        if (victim.existing() > 0) {
            for (PooledContainer container : List.copyOf(books.ledger.all())) {
                if (container.image == victim && container.phase.atRest()) {
                    removals.retire(container, RemovalReason.EVICTED_DISK, now);
                }
            }
        }
        images.departIfFree(victim, now);
    }

    /** Takes off what came beyond the budget without being asked for, and promises that cannot come true any more. */
    void review(long now) {
        while (images.excess() > 0) {
            StoredImage victim = images.nextUnpinned(now);
            StoredImage promised = images.lastWanted();
            if (victim != null) {
                evict(victim, "it was evicted because more had come than the node's disk for images holds", now);
            } else if (promised != null) {
                giveUp(promised, null);
            } else {
                return;
            }
        }
    }

    void hear(ImageNews news, long now) {
        switch (news) {
            case ImageNews.Found found -> found(found, now);
            case ImageNews.Came came ->
                came(images.named(came.image()), came.size().value(), now);
            case ImageNews.Fetched fetched -> fetched(fetched, now);
            case ImageNews.FetchFailed failed -> fetchFailed(failed);
            case ImageNews.Removed removed -> removed(removed.image(), now);
            case ImageNews.Stays stays -> stays(stays.image(), now);
            case ImageNews.Gone gone -> gone(gone.image(), now);
            case ImageNews.Missing missing -> throw new IllegalArgumentException("of a container: " + missing);
        }
    }

    private void found(ImageNews.Found found, long now) {
        StoredImage image = images.named(found.image());
        boolean known = image.here;
        switch (found.kind()) {
            case FETCHED -> {
                came(image, found.size().value(), now);
                image.lastUse = known ? image.lastUse : found.lastUse();
            }
            case KEPT -> {
                images.resize(image, found.size().value());
                image.kind = ImageKind.KEPT;
                images.bringIn(image);
            }
            case GUEST -> {
                if (image.state != ImageState.FETCHING && image.state != ImageState.LEAVING) {
                    images.seen(image, found.size().value());
                }
            }
        }
    }

    private void came(StoredImage image, long bytes, long now) {
        if (image.state == ImageState.LEAVING) {
            // While its containers are still on their way out it becomes Hearth's, to be removed after them.
            image.kind = image.ordered ? image.kind : ImageKind.FETCHED;
            return;
        }
        if (image.state == ImageState.FETCHING) {
            return;
        }
        images.resize(image, bytes);
        image.kind = ImageKind.FETCHED;
        image.lastUse = now;
        image.arrivals++;
        images.bringIn(image);
    }

    private void fetched(ImageNews.Fetched fetched, long now) {
        StoredImage image = images.find(fetched.image());
        if (image == null || image.state != ImageState.FETCHING) {
            return;
        }
        images.resize(image, fetched.size().value());
        image.kind = fetched.kind();
        image.lastUse = now;
        image.fetchedAt = now;
        image.arrivals++;
        image.here = true;
        images.move(image, ImageState.PRESENT);
        images.released(image);
    }

    private void fetchFailed(ImageNews.FetchFailed failed) {
        StoredImage image = images.find(failed.image());
        if (image != null && image.state == ImageState.FETCHING) {
            images.move(image, image.away());
            giveUp(image, failed.reason());
            images.released(image);
        }
    }

    private void removed(String name, long now) {
        StoredImage image = images.find(name);
        if (image != null && image.state == ImageState.LEAVING && image.ordered) {
            images.left(image, false, now);
        }
    }

    private void stays(String name, long now) {
        StoredImage image = images.find(name);
        if (image == null || image.state != ImageState.LEAVING || !image.ordered) {
            return;
        }
        image.ordered = false;
        image.notBefore = now + PAUSE.toMillis();
        images.stays(image);
    }

    private void gone(String name, long now) {
        StoredImage image = images.find(name);
        if (image == null || image.state == ImageState.FETCHING) {
            return;
        }
        if (image.state != ImageState.LEAVING) {
            images.remember(image, "somebody had removed it from the engine");
        }
        images.left(image, false, now);
    }

    /** The engine did not find the container's image; false when fetching it again would not help. */
    boolean missed(PooledContainer container, long now) {
        StoredImage image = container.image;
        if (container.revision != null && container.arrivals < image.arrivals) {
            // Heard late: it has come back since this container was created, and the next one finds it.
            removals.retire(container, RemovalReason.IMAGE_GONE, now);
            return true;
        }
        if (container.revision == null || !image.fetchable || now - image.fetchedAt < FRESH.toMillis()) {
            return false;
        }
        removals.retire(container, RemovalReason.IMAGE_GONE, now);
        gone(image.name, now);
        return true;
    }

    /** Drops the starts that wait for the image; their calls fail for the reason, or are refused without one. */
    private void giveUp(StoredImage image, @Nullable String reason) {
        for (PooledContainer container : starts.waitingFor(image)) {
            RevisionContainers revision = container.owner();
            WaitingCall cause = container.cause;
            starts.drop(container);
            for (int left = revision.demand.concurrency(); left > 0 && lacks(revision); left--) {
                WaitingCall victim = cause != null && cause.open ? cause : revision.waiting.last();
                if (victim != null) {
                    end(victim, image, reason);
                }
            }
            books.revisions.forgetIfEmpty(revision);
        }
        // Queued starts keep an image wanted that vanished before their create: they will find that out themselves.
        images.unwant(image);
    }

    private boolean lacks(RevisionContainers revision) {
        return revision.sharing() > 0 && !books.turns.isBrief(revision);
    }

    private void end(WaitingCall victim, StoredImage image, @Nullable String reason) {
        books.calls.leave(victim);
        books.effects.add(
                reason == null
                        ? new PoolEffect.Refuse(victim.key, Refusals.noDisk(victim.revision, image, images))
                        : new PoolEffect.ImageFailed(victim.key, image.name, reason));
    }
}
