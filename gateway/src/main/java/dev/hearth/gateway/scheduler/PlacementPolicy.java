package dev.hearth.gateway.scheduler;

import java.util.List;

/**
 * Chooses a node for a call among those where it fits; which call is next is not its matter (the oldest that fits).
 *
 * <p>The first three after the schedulers of WRENCH's serverless compute service.
 */
@FunctionalInterface
public interface PlacementPolicy {
    /** Names that {@link #named} knows. */
    List<String> NAMES = List.of("fcfs", "random", "balanced", "locality");

    /** The chosen node, or {@link Candidates#NONE} when there is no candidate; never that when there is one. */
    int choose(Candidates candidates);

    /**
     * The policy of a name.
     *
     * @param seed for {@code random}
     * @throws IllegalArgumentException with the known names when it is none of them
     */
    static PlacementPolicy named(String name, long seed) {
        return switch (name) {
            case "fcfs" -> new FirstFit();
            case "random" -> new RandomFit(seed);
            case "balanced" -> new LeastLoaded();
            case "locality" -> new BestLocality();
            default ->
                throw new IllegalArgumentException(
                        "'" + name + "' is not a placement policy: use one of " + String.join(", ", NAMES));
        };
    }
}
