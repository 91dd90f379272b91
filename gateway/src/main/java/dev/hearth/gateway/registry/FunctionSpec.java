package dev.hearth.gateway.registry;

import dev.hearth.common.function.Contract;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import java.time.Duration;
import java.util.Map;

/**
 * What a user asks for when registering a function, but for the code.
 *
 * @param runtime {@code python3}, {@code nodejs}, {@code java}, {@code native}; the word of its {@link Contract} for an image of the user's own
 * @param image reference of the user's image; empty with a runtime
 * @param handler what to call in the code; empty for the runtime's default
 * @param limits what a call may use
 * @param environment environment variables by name
 * @param network what a container can reach
 * @param keepAlive how long an idle container is kept
 * @param minWarm containers that are kept idle whatever keepAlive says
 * @param init what the function's class is constructed with, as JSON; empty: nothing
 * @param labels the user's own notes by name
 * @param requires labels that a node must have to run it
 */
public record FunctionSpec(
        String runtime,
        String image,
        String handler,
        Limits limits,
        Map<String, String> environment,
        Network network,
        Duration keepAlive,
        int minWarm,
        String init,
        Map<String, String> labels,
        NodeLabels requires) {
    public static final Duration DEFAULT_KEEP_ALIVE = Duration.ofMinutes(10);

    public FunctionSpec {
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
    }

    public boolean ownImage() {
        return Contract.of(runtime).isPresent();
    }
}
