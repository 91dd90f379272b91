package dev.hearth.invoker.docker;

import java.time.Duration;

/**
 * Bounds on what is asked of the engine at once and on how long an answer may take.
 *
 * @param calls calls under way at once, pulls and kills aside; 1 or more
 * @param kills kills under way at once, which never wait behind other calls; 1 or more
 * @param pulls pulls under way at once; 1 or more
 * @param waiting calls of each of these three that may wait for their turn; more are refused
 * @param create deadline of create and start together
 * @param kill deadline of a kill, which ends with the container's exit
 * @param remove deadline of a removal
 * @param query deadline of everything that only asks or sets a figure
 * @param pull deadline of a pull
 * @param heartbeat time between two pings while events are watched, and the deadline of each
 * @param reconnect time between two attempts to hear events again
 */
public record EngineLimits(
        int calls,
        int kills,
        int pulls,
        int waiting,
        Duration create,
        Duration kill,
        Duration remove,
        Duration query,
        Duration pull,
        Duration heartbeat,
        Duration reconnect) {
    public static final EngineLimits DEFAULT = new EngineLimits(
            16,
            4,
            2,
            1024,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            Duration.ofSeconds(5),
            Duration.ofMillis(250));

    public EngineLimits {
        positive("calls", calls);
        positive("kills", kills);
        positive("pulls", pulls);
        positive("waiting", waiting);
        positive("create", create.toMillis());
        positive("kill", kill.toMillis());
        positive("remove", remove.toMillis());
        positive("query", query.toMillis());
        positive("pull", pull.toMillis());
        positive("heartbeat", heartbeat.toMillis());
        positive("reconnect", reconnect.toMillis());
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "engine." + name + " is " + value + ", must be at least 1" + " (durations in milliseconds)");
        }
    }

    /** Connections that can be in use at once: all calls, the events and one to find the version. */
    int connections() {
        return calls + kills + pulls + 2;
    }
}
