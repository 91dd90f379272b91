package dev.hearth.gateway.image;

import java.time.Duration;

/**
 * How the head node speaks with its engine.
 *
 * @param engine address of the engine, such as {@code unix:///var/run/docker.sock}
 * @param inspect longest time for one look-up
 * @param pull longest time for one pull
 * @param parallel look-ups and pulls at once, as many of each; at least 1
 * @param waiting look-ups and pulls that may wait, as many of each; at least 1
 */
public record ImageSettings(String engine, Duration inspect, Duration pull, int parallel, int waiting) {
    public static final ImageSettings DEFAULT =
            new ImageSettings("unix:///var/run/docker.sock", Duration.ofSeconds(30), Duration.ofMinutes(10), 3, 256);

    public ImageSettings {
        if (parallel < 1 || waiting < 1) {
            throw new IllegalArgumentException(
                    "parallel and waiting must be at least 1, are " + parallel + " and " + waiting);
        }
    }
}
