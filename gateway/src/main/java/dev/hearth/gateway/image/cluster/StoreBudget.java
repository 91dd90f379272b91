package dev.hearth.gateway.image.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which images leave the registry when they are too many bytes together: those that were wanted least recently, and not more
 * of them than it takes.
 *
 * <p>A blob that several images share counts once and is free with the last of them. An image that an index of another one
 * lists is kept as long as that one, since nodes take it from there.
 */
final class StoreBudget {
    /**
     * An image that may have to go.
     *
     * @param lastUse when it was wanted last, on any clock; equal for all of which nothing is known
     * @param serves whether a function of now runs it: of two that were wanted at one time the other one goes first
     */
    record Candidate(StoredImage image, long lastUse, boolean serves) {}

    /**
     * An image that goes.
     *
     * @param manifests to delete, in this order: first what makes nodes find it
     * @param bytes that nothing else needs
     */
    record Leaving(StoredImage image, List<String> manifests, long bytes) {
        Leaving {
            manifests = List.copyOf(manifests);
        }
    }

    private static final Comparator<Candidate> OLDEST_FIRST = Comparator.comparingLong(Candidate::lastUse)
            .thenComparing(Candidate::serves)
            .thenComparing(candidate -> candidate.image().digest());

    private final Map<String, Integer> holders = new HashMap<>();
    private long bytes;

    private StoreBudget(Collection<StoredImage> images) {
        for (StoredImage image : images) {
            image.blobs().forEach((blob, size) -> {
                if (holders.merge(blob, 1, Integer::sum) == 1) {
                    bytes += size;
                }
            });
        }
    }

    /** Bytes of the images together. */
    static long bytes(Collection<StoredImage> images) {
        return new StoreBudget(images).bytes;
    }

    /**
     * What goes so that the rest is at most so many bytes, in this order; less than that when too much may not go. If one of
     * them stays after all, those behind it must stay too: they may share a manifest with it.
     *
     * @param mayGo asked of none that need not go
     */
    static List<Leaving> surplus(Collection<Candidate> held, long most, Predicate<StoredImage> mayGo) {
        StoreBudget rest = new StoreBudget(held.stream().map(Candidate::image).toList());
        List<Leaving> leaving = new ArrayList<>();
        for (Candidate oldest : held.stream().sorted(OLDEST_FIRST).toList()) {
            if (rest.bytes <= most) {
                break;
            }
            StoredImage image = oldest.image();
            if (rest.isListed(image) || !mayGo.test(image)) {
                continue;
            }
            leaving.add(rest.without(image));
        }
        return leaving;
    }

    private boolean isListed(StoredImage image) {
        return holders.getOrDefault(image.digest(), 0) > 1;
    }

    private Leaving without(StoredImage image) {
        long before = bytes;
        image.blobs().forEach((blob, size) -> {
            if (holders.merge(blob, -1, Integer::sum) == 0) {
                bytes -= size;
            }
        });
        List<String> free = image.manifests().stream()
                .filter(manifest -> holders.getOrDefault(manifest, 0) == 0)
                .toList();
        return new Leaving(image, free, before - bytes);
    }
}
