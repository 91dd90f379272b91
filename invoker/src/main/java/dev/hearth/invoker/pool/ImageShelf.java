package dev.hearth.invoker.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The images of the node and the disk that they take: bookkeeping alone.
 *
 * <p>{@code held} is taken by images, {@code leaving} is the part of it of those that make room, {@code promised} is wanted
 * by those that wait for it. A plan is made only when {@code held - leaving + promised <= budget} holds with it, so every plan
 * comes true once those that leave have left. The sum can exceed the budget only by images that came without being asked
 * for (a registration, containers of an earlier life): then nothing is promised until enough has gone.
 */
final class ImageShelf {
    /** Images that are not here, of which is remembered why. */
    private static final int ABSENCES = 256;

    private static final String NEVER_HERE = "it was not on the node yet";

    private final long budget;
    private final Effects effects;
    private final Map<String, StoredImage> images = new LinkedHashMap<>();
    private final SequencedSet<StoredImage> wanted = new LinkedHashSet<>();
    private final LinkedHashMap<String, String> absences = new LinkedHashMap<>();
    private long held;
    private long leaving;
    private long promised;

    ImageShelf(long budget, Effects effects) {
        this.budget = budget;
        this.effects = effects;
    }

    /** The image of that name, as the blueprint describes it. */
    StoredImage of(Blueprint blueprint) {
        StoredImage image = named(blueprint.image());
        if (blueprint instanceof StemClass) {
            image.kind = ImageKind.KEPT;
        }
        if (blueprint instanceof Demand demand) {
            ImageTerms terms = demand.terms();
            image.irreplaceable |= !terms.fetchable();
            if (image.bytes == 0) {
                resize(image, terms.size().value());
            }
            image.fetchable |= terms.fetchable();
            if (image.state == ImageState.ASIDE) {
                move(image, image.away());
            }
        }
        return image;
    }

    StoredImage named(String name) {
        return images.computeIfAbsent(name, StoredImage::new);
    }

    @Nullable
    StoredImage find(String name) {
        return images.get(name);
    }

    Collection<StoredImage> all() {
        return Collections.unmodifiableCollection(images.values());
    }

    void move(StoredImage image, ImageState state) {
        count(image, -1);
        image.state = state;
        count(image, 1);
    }

    void resize(StoredImage image, long bytes) {
        count(image, -1);
        image.bytes = bytes;
        count(image, 1);
    }

    private void again(StoredImage image, boolean needed) {
        count(image, -1);
        image.again = needed;
        count(image, 1);
    }

    private void count(StoredImage image, int sign) {
        long bytes = sign * image.bytes;
        held += image.counts() ? bytes : 0;
        leaving += image.state == ImageState.LEAVING ? bytes : 0;
        promised += image.isWanted() ? bytes : 0;
        if (sign < 0) {
            return;
        }
        if (image.isWanted()) {
            wanted.add(image);
        } else {
            wanted.remove(image);
        }
    }

    /** What must leave so that the image has room, longest unused first; empty when that does not add up. */
    Optional<List<StoredImage>> victims(StoredImage image, long now) {
        List<StoredImage> victims = new ArrayList<>();
        boolean needsRoom =
                image.bytes > 0 && !image.isWanted() && (image.state == ImageState.LEAVING || !image.counts());
        long shortage = needsRoom ? image.bytes + excess() : 0;
        if (shortage <= 0) {
            return Optional.of(victims);
        }
        List<StoredImage> candidates = images.values().stream()
                .filter(one -> one != image && one.isEvictable(now))
                .sorted(Comparator.comparing((StoredImage one) -> one.pins() > 0)
                        .thenComparingLong(one -> one.lastUse))
                .toList();
        for (StoredImage candidate : candidates) {
            if (shortage > 0) {
                victims.add(candidate);
                shortage -= candidate.bytes;
            }
        }
        return shortage > 0 ? Optional.empty() : Optional.of(victims);
    }

    /** The next to go when more is here than the budget allows: one that never fits, else the longest unused. */
    @Nullable
    StoredImage nextUnpinned(long now) {
        return images.values().stream()
                .filter(image -> image.pins() == 0 && image.isEvictable(now))
                .min(Comparator.comparing((StoredImage image) -> image.bytes <= budget)
                        .thenComparingLong(image -> image.lastUse))
                .orElse(null);
    }

    /** A start needs the image; what its room takes is on its way out. */
    void want(StoredImage image, Demand demand, long now) {
        image.lastUse = now;
        image.wantedBy = demand;
        switch (image.state) {
            case ABSENT, ASIDE -> move(image, ImageState.AWAITED);
            case LEAVING -> again(image, true);
            case AWAITED, FETCHING, PRESENT -> {}
        }
        admit();
    }

    /** Lets those in that are wanted and have room now, in the order in which they were wanted. */
    void admit() {
        long ahead = 0;
        for (StoredImage image : List.copyOf(wanted)) {
            boolean fits = held + ahead + image.bytes <= budget || image.bytes == 0;
            if (image.state == ImageState.AWAITED && fits) {
                enter(image);
            } else {
                ahead += image.bytes;
            }
        }
    }

    private void enter(StoredImage image) {
        Demand demand = image.wantedBy;
        if (demand == null || !image.mustBeFetched()) {
            move(image, ImageState.PRESENT);
            return;
        }
        move(image, ImageState.FETCHING);
        String why = absences.getOrDefault(image.name, NEVER_HERE);
        effects.add(new PoolEffect.FetchImage(image.name, demand, why));
    }

    /** It makes room for another: no start finds it any more. */
    void dismiss(StoredImage image, String why) {
        move(image, ImageState.LEAVING);
        remember(image, why);
    }

    /** Its last container is gone, or it never had one. */
    void departIfFree(StoredImage image, long now) {
        if (image.state != ImageState.LEAVING || image.ordered || image.existing() > 0) {
            return;
        }
        if (image.kind == ImageKind.FETCHED) {
            image.ordered = true;
            effects.add(new PoolEffect.RemoveImage(image.name));
        } else {
            left(image, true, now);
        }
    }

    /** It counts no more; when it is wanted again it waits for its turn. */
    void left(StoredImage image, boolean here, long now) {
        boolean needed = image.decided() > 0;
        Demand demand = image.wantedBy;
        image.ordered = false;
        again(image, false);
        image.here = here;
        move(image, image.away());
        image.kind = ImageKind.GUEST;
        if (needed && demand != null) {
            want(image, demand, now);
        }
        forgetIfEmpty(image);
    }

    /** It could not be removed: it is here as before. */
    void stays(StoredImage image) {
        again(image, false);
        move(image, ImageState.PRESENT);
    }

    /** Nobody needs it any more, whoever did. */
    void unwant(StoredImage image) {
        again(image, false);
        if (image.state == ImageState.AWAITED) {
            move(image, image.away());
        }
        forgetIfEmpty(image);
    }

    /** Somebody else's image is on the node's engine. */
    void seen(StoredImage image, long bytes) {
        resize(image, bytes);
        image.here = true;
        if (image.state == ImageState.ABSENT) {
            move(image, ImageState.ASIDE);
        }
    }

    void remember(StoredImage image, String why) {
        absences.putLast(image.name, why);
        if (absences.size() > ABSENCES) {
            absences.pollFirstEntry();
        }
    }

    /** The engine runs a container of it: it is here, whatever the budget. */
    void bringIn(StoredImage image) {
        image.here = true;
        if (image.state == ImageState.ABSENT || image.state == ImageState.ASIDE || image.state == ImageState.AWAITED) {
            move(image, ImageState.PRESENT);
        }
    }

    /** A container of it, or the plan of one, is no more. */
    void released(StoredImage image) {
        if (image.decided() == 0) {
            again(image, false);
            if (image.state == ImageState.AWAITED) {
                move(image, image.away());
            }
        }
        if (image.pins() == 0 && image.state == ImageState.PRESENT && image.kind == ImageKind.GUEST) {
            move(image, image.away());
        }
        forgetIfEmpty(image);
    }

    private void forgetIfEmpty(StoredImage image) {
        if (image.pins() == 0 && !image.here && (image.state == ImageState.ABSENT || image.state == ImageState.ASIDE)) {
            images.remove(image.name, image);
        }
    }

    /** The image that was wanted last and is not on its way yet. */
    @Nullable
    StoredImage lastWanted() {
        return wanted.isEmpty() ? null : wanted.getLast();
    }

    boolean hasWanted() {
        return !wanted.isEmpty();
    }

    /** What is held and promised beyond the budget; negative when there is room. */
    long excess() {
        return held - leaving + promised - budget;
    }

    /** The largest image that could be held, were all gone that may go. */
    long mostOfOne() {
        long kept = images.values().stream()
                .filter(image -> image.kind == ImageKind.KEPT && image.counts())
                .mapToLong(image -> image.bytes)
                .sum();
        return Math.max(0, budget - kept);
    }

    long budget() {
        return budget;
    }

    long held() {
        return held;
    }

    long leaving() {
        return leaving;
    }

    long promised() {
        return promised;
    }
}
