package dev.hearth.invoker.pool;

import java.time.Duration;
import java.util.Set;

/**
 * How far and how fast the stem cells of a node follow demand.
 *
 * @param most cells of a class that demand makes wanted; a larger base stands, 0: demand changes nothing
 * @param settle how long cells must stand unused before they are no longer wanted
 * @param learn calls within one such time that would have needed a class until it is made; 1 or more
 * @param classes classes made by demand at one time; 0: none
 * @param fixed runtimes that size themselves for their memory at their start, so that a cell serves no other
 */
public record StemGrowth(int most, Duration settle, int learn, int classes, Set<String> fixed) {
    /** Demand changes nothing. */
    public static final StemGrowth NONE = new StemGrowth(0, Duration.ofMinutes(5), 1, 0, Set.of());

    public StemGrowth {
        fixed = Set.copyOf(fixed);
        if (most < 0 || most > StemClass.MAX_BASE || classes < 0) {
            throw new IllegalArgumentException("stems.most is " + most + " and stems.classes " + classes
                    + ", must be 0 or more and stems.most at most " + StemClass.MAX_BASE);
        }
        if (settle.toMillis() < 1 || learn < 1) {
            throw new IllegalArgumentException(
                    "stems.settle is " + settle + " and stems.learn " + learn + ", must be at least 1 ms and 1");
        }
    }
}
