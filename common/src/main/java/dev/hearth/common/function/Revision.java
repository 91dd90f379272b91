package dev.hearth.common.function;

import dev.hearth.common.id.RevisionId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One immutable version of a function: all that an invoker must know to run it.
 *
 * @param id unique over all functions and for ever, so that a container of an older one is never taken for it
 * @param function whose revision it is
 * @param number 1, 2, 3... within the function's life
 * @param runtime {@code python3}, {@code nodejs}, {@code java}, {@code native}; for an image of the user's own the word of its {@link Contract}
 * @param image reference of the container image as the engine knows it
 * @param imageDigest the engine's id of that image, found at registration
 * @param imageSource where that image can be fetched again, and its size
 * @param handler what to call in the code; empty for the runtime's default
 * @param code the code
 * @param environment environment variables and secrets by name
 * @param limits what a call may use
 * @param network what a container can reach
 * @param keepAlive how long an idle container is kept; zero: it goes at once
 * @param minWarm containers that are kept idle whatever keepAlive says
 * @param init what the function's class is constructed with, as JSON; empty: nothing
 * @param requires labels that a node must have to run it
 */
public record Revision(
        RevisionId id,
        FunctionName function,
        int number,
        String runtime,
        String image,
        String imageDigest,
        ImageSource imageSource,
        String handler,
        Code code,
        Map<String, String> environment,
        Limits limits,
        Network network,
        Duration keepAlive,
        int minWarm,
        String init,
        NodeLabels requires) {
    public Revision {
        environment = Map.copyOf(environment);
    }

    /**
     * Whether a stem cell of the runtime can become a container of this revision: memory and CPU of a running container
     * can be set and a way to the internet can be put in, its limit of processes is the stem cell's, and devices come with its
     * creation alone.
     */
    public boolean fromStemCell() {
        return contract().isEmpty()
                && limits.pids() == Limits.DEFAULT.pids()
                && limits.gpus().isNone();
    }

    /**
     * What the engine makes containers of: for an image of the user's own the id that was found at registration, so that a
     * tag that moves changes nothing; for a runtime its tag, which an upgrade of Hearth moves.
     */
    public String containerImage() {
        return contract().isEmpty() || imageDigest.isEmpty() ? image : imageDigest;
    }

    /** Whether a node that does not have the image can fetch it. */
    public boolean canFetchImage() {
        return contract().isPresent()
                && !imageDigest.isEmpty()
                && !imageSource.reference().isEmpty();
    }

    /** The same, with its image from elsewhere. */
    public Revision withImageSource(ImageSource source) {
        return new Revision(
                id,
                function,
                number,
                runtime,
                image,
                imageDigest,
                source,
                handler,
                code,
                environment,
                limits,
                network,
                keepAlive,
                minWarm,
                init,
                requires);
    }

    /** What the image speaks when it is the user's own; nothing for a runtime's. */
    public Optional<Contract> contract() {
        return Contract.of(runtime);
    }

    /** {@code name@number}, for messages and logs. */
    public String label() {
        return function + "@" + number;
    }
}
