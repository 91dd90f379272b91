package dev.hearth.gateway.image.cluster;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An image as the head's registry has it.
 *
 * @param tags the names that lead to it; made by one engine it has one, the image's id
 * @param manifests digests of what makes it an image: its manifest, and after it those that it lists if it is an index
 * @param blobs bytes by digest of all that it needs, its manifests included
 */
record StoredImage(Set<String> tags, List<String> manifests, Map<String, Long> blobs) {
    StoredImage {
        tags = Set.copyOf(tags);
        manifests = List.copyOf(manifests);
        blobs = Map.copyOf(blobs);
    }

    /** The digest by which nodes ask for it. */
    String digest() {
        return manifests.getFirst();
    }
}
