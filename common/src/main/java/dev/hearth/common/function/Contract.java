package dev.hearth.common.function;

import java.util.Locale;
import java.util.Optional;

/**
 * What the program of an image that a user brings speaks.
 *
 * <p>Where a runtime has a name, the container of such an image has its contract's word: both say how the container is
 * spoken to, so no runtime may have one of these words as its name. All but {@link #HEARTH} are dialects that the bridge
 * translates (docs/contracts.md).
 */
public enum Contract {
    /** Hearth's own frames: images built from a runtime's. */
    HEARTH,
    /** An HTTP server on {@code $PORT}. */
    HTTP,
    /** OpenWhisk's action containers: {@code /init} and {@code /run} on port 8080. */
    OPENWHISK,
    /** A client of AWS Lambda's Runtime API. */
    LAMBDA;

    /** As users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the bridge translates for it; the image then runs unmodified. */
    public boolean isDialect() {
        return this != HEARTH;
    }

    /** The contract of that word. */
    public static Optional<Contract> of(String word) {
        return switch (word) {
            case "hearth" -> Optional.of(HEARTH);
            case "http" -> Optional.of(HTTP);
            case "openwhisk" -> Optional.of(OPENWHISK);
            case "lambda" -> Optional.of(LAMBDA);
            default -> Optional.empty();
        };
    }
}
