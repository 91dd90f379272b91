package dev.hearth.gateway.image;

import dev.hearth.common.units.Bytes;
import java.time.Duration;

/**
 * How the head node speaks with its engine.
 *
 * @param engine address of the engine, such as {@code unix:///var/run/docker.sock}
 * @param inspect longest time for one look-up
 * @param pull longest time for one pull
 * @param parallel look-ups and pulls at once, as many of each; at least 1
 * @param waiting look-ups and pulls that may wait, as many of each; at least 1
 * @param most bytes of the images that it fetched and that no node with this engine answers for; zero for no bound
 * @param grace how long such an image stays after it was last used
 */
public record ImageSettings(
        String engine, Duration inspect, Duration pull, int parallel, int waiting, Bytes most, Duration grace) {
    public static final ImageSettings DEFAULT =
            new ImageSettings("unix:///var/run/docker.sock", Duration.ofSeconds(30), Duration.ofMinutes(10), 3, 256);

    /** Without a bound on what it fetches. */
    public ImageSettings(String engine, Duration inspect, Duration pull, int parallel, int waiting) {
        this(engine, inspect, pull, parallel, waiting, Bytes.ZERO, Duration.ZERO);
    }

    /** The same within a bound. */
    public ImageSettings within(Bytes bound, Duration unused) {
        return new ImageSettings(engine, inspect, pull, parallel, waiting, bound, unused);
    }

    public ImageSettings {
        if (parallel < 1 || waiting < 1) {
            throw new IllegalArgumentException(
                    "parallel and waiting must be at least 1, are " + parallel + " and " + waiting);
        }
    }
}
