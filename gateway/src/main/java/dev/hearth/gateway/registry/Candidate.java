package dev.hearth.gateway.registry;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import java.time.Instant;

/**
 * A submission on its way into the database.
 *
 * @param image reference of the image to run it in
 * @param imageDigest the engine's id of it; empty when it must be pulled first
 * @param imageSource where it can be fetched again
 */
record Candidate(
        FunctionName function,
        Submission submission,
        String image,
        String imageDigest,
        ImageSource imageSource,
        Instant at) {
    RevisionState state() {
        return imageDigest.isEmpty() ? RevisionState.PENDING : RevisionState.READY;
    }
}
