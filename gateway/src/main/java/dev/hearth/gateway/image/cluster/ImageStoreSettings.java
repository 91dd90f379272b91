package dev.hearth.gateway.image.cluster;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How the head keeps and hands out images.
 *
 * @param registry where its registry listens; empty for none
 * @param check how often the registry is asked whether it answers
 * @param ahead whether nodes are told of an image before a call needs it
 * @param archives archives that are being sent at one time; at least 1
 * @param transfers answers of the registry that are being passed on at one time; at least 1
 */
public record ImageStoreSettings(Optional<URI> registry, Duration check, boolean ahead, int archives, int transfers) {
    /** The one repository of all images: layers that two of them share are in it once, and are found there. */
    static final String REPOSITORY = "hearth/images";
}
