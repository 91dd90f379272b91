package dev.hearth.deploy.simulation;

import java.util.List;
import java.util.Locale;

/**
 * One figure of an outcome.
 *
 * @param key its name for machines, with its unit
 * @param title its name for people
 * @param value its value in the unit of the key
 * @param shown its value for people
 */
public record Figure(String key, String title, Number value, String shown) {
    private static final double GIB = 1L << 30;
    private static final double HOUR = 3_600;

    /** All figures, in the order of a table. */
    public static List<Figure> of(Outcome outcome) {
        Outcome.Calls calls = outcome.calls();
        Outcome.Times waits = outcome.waits();
        Outcome.Memory memory = outcome.memory();
        Outcome.Containers containers = outcome.containers();
        Outcome.Images images = outcome.images();
        return List.of(
                count("calls", "calls", calls.arrived()),
                share("cold_share", "cold", calls.share(calls.cold())),
                share("prewarmed_share", "prewarmed", calls.share(calls.prewarmed())),
                share("warm_share", "warm", calls.share(calls.warm())),
                millis("wait_mean_ms", "wait, mean, ms", waits.mean()),
                millis("wait_p50_ms", "wait, p50, ms", waits.p50()),
                millis("wait_p99_ms", "wait, p99, ms", waits.p99()),
                millis("wait_max_ms", "wait, longest, ms", waits.max()),
                millis("cold_wait_mean_ms", "cold wait, mean, ms", waits.meanCold()),
                millis("cold_wait_p99_ms", "cold wait, p99, ms", waits.p99cold()),
                count("expired", "expired in the queue", calls.expired()),
                count("rejected", "rejected, queue full", calls.rejected()),
                count("failed", "no container in time", calls.failed()),
                count("refused", "placements refused", outcome.messages().refusals()),
                count("queued_max", "longest queue", outcome.messages().mostQueued()),
                hours("busy_gib_hours", "busy, GiB-hours", memory.busy()),
                hours("idle_gib_hours", "idle, GiB-hours", memory.idle()),
                hours("stems_gib_hours", "stem cells, GiB-hours", memory.stems()),
                hours("starting_gib_hours", "starting, GiB-hours", memory.starting()),
                new Figure("waste", "waste: not busy / busy", memory.waste(), text("%.2f", memory.waste())),
                share("utilisation", "memory busy", memory.utilisation()),
                share("reserved", "memory held", memory.reserved()),
                count("containers_created", "containers made", containers.created()),
                count("containers_expired", "keep-alive over", containers.keepAlive()),
                count("containers_evicted", "evicted", containers.evicted()),
                count("images_fetched", "images fetched", images.fetched()),
                gib("images_fetched_gib", "images fetched, GiB", images.bytes()),
                count("images_removed", "images removed", images.removed()),
                count("statuses", "status messages", outcome.messages().statuses()),
                count("functions", "functions called", outcome.functions()),
                new Figure("simulated_seconds", "simulated, s", outcome.seconds(), text("%,.0f", outcome.seconds())),
                count("events", "events", outcome.events()));
    }

    private static Figure count(String key, String title, long value) {
        return new Figure(key, title, value, text("%,d", value));
    }

    private static Figure share(String key, String title, double value) {
        return new Figure(key, title, value, text("%.2f %%", 100 * value));
    }

    private static Figure millis(String key, String title, double value) {
        return new Figure(key, title, value, text(value < 100 ? "%,.1f" : "%,.0f", value));
    }

    private static Figure hours(String key, String title, double byteSeconds) {
        double value = byteSeconds / GIB / HOUR;
        return new Figure(key, title, value, text("%,.1f", value));
    }

    private static Figure gib(String key, String title, long bytes) {
        double value = bytes / GIB;
        return new Figure(key, title, value, text("%,.1f", value));
    }

    static String text(String form, Object value) {
        return String.format(Locale.ROOT, form, value);
    }
}
