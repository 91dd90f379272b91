package dev.hearth.gateway.registry;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.gateway.image.ResolvedImage;
import java.time.Instant;
import java.util.Optional;

/**
 * One revision as the database holds it.
 *
 * @param id unique for ever
 * @param function whose revision it is
 * @param number 1, 2, 3... within the function's life
 * @param spec what was asked for
 * @param image reference of the image, the runtime's included
 * @param imageDigest the engine's id of the image; empty while PENDING
 * @param imageSource where the image can be fetched again
 * @param code the code's form, digest and sizes
 * @param state how far it has come
 * @param cause why it is FAILED; empty otherwise
 * @param createdAt when it was registered
 */
public record StoredRevision(
        RevisionId id,
        FunctionName function,
        int number,
        FunctionSpec spec,
        String image,
        String imageDigest,
        ImageSource imageSource,
        Code code,
        RevisionState state,
        Optional<Failure> cause,
        Instant createdAt) {

    /** The part that invokers need. */
    public Revision revision() {
        return new Revision(
                id,
                function,
                number,
                spec.runtime(),
                image,
                imageDigest,
                imageSource,
                spec.handler(),
                code,
                spec.environment(),
                spec.limits(),
                spec.network(),
                spec.keepAlive(),
                spec.minWarm(),
                spec.init(),
                spec.requires());
    }

    /** Whether its image is on the way, or could come with another try. */
    boolean awaitsImage() {
        return state == RevisionState.PENDING
                || cause.filter(why -> why.code() == ErrorCode.IMAGE_PULL_FAILED)
                        .isPresent();
    }

    /** Whether registering this candidate would make the same revision again. */
    boolean same(Candidate candidate) {
        boolean alike = spec.equals(candidate.submission().spec())
                && code.equals(candidate.submission().code())
                && image.equals(candidate.image());
        return switch (state) {
            case PENDING -> alike && candidate.imageDigest().isEmpty();
            case READY -> alike && imageDigest.equals(candidate.imageDigest());
            case FAILED -> false;
        };
    }

    /** It is READY with this image. */
    StoredRevision ready(ResolvedImage found) {
        return new StoredRevision(
                id,
                function,
                number,
                spec,
                image,
                found.id(),
                found.source(),
                code,
                RevisionState.READY,
                Optional.empty(),
                createdAt);
    }

    /** Its image cannot be had. */
    StoredRevision failed(Failure why) {
        return new StoredRevision(
                id,
                function,
                number,
                spec,
                image,
                "",
                ImageSource.NONE,
                code,
                RevisionState.FAILED,
                Optional.of(why),
                createdAt);
    }
}
