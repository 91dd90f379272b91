package dev.hearth.gateway.image.cluster;

import dev.hearth.common.units.Bytes;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How the head keeps and hands out images.
 *
 * @param registry where its registry listens; empty for none
 * @param check how often the registry is asked whether it answers
 * @param most bytes of all images in the registry, as it stores them; zero for no bound
 * @param engine bytes of all images that the head fetched into an engine that no node has; zero for no bound
 * @param grace how long an image stays in either after it was last offered or read
 * @param ahead whether nodes are told of an image before a call needs it
 * @param archives archives that are being sent at one time; at least 1
 * @param transfers answers of the registry that are being passed on at one time; at least 1
 */
public record ImageStoreSettings(
        Optional<URI> registry,
        Duration check,
        Bytes most,
        Bytes engine,
        Duration grace,
        boolean ahead,
        int archives,
        int transfers) {
    /** The one repository of all images: layers that two of them share are in it once, and are found there. */
    static final String REPOSITORY = "hearth/images";

    boolean isBounded() {
        return most.value() > 0;
    }
}
