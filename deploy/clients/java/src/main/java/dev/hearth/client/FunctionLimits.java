package dev.hearth.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one call of a function may use.
 *
 * @param time run time, from 1 ms
 * @param disk bytes of /tmp, from 1 MiB
 * @param ram bytes of memory, from 16 MiB
 * @param ingress bytes of the event
 * @param egress bytes of the output
 */
public record FunctionLimits(Duration time, long disk, long ram, long ingress, long egress) {
    private static final long MIB = 1L << 20;

    /** A minute, 64 MiB of disk, 256 MiB of RAM, 6 MiB in and out. */
    public static final FunctionLimits DEFAULT =
            new FunctionLimits(Duration.ofMinutes(1), 64 * MIB, 256 * MIB, 6 * MIB, 6 * MIB);

    public FunctionLimits withTime(Duration other) {
        return new FunctionLimits(other, disk, ram, ingress, egress);
    }

    public FunctionLimits withDisk(long bytes) {
        return new FunctionLimits(time, bytes, ram, ingress, egress);
    }

    public FunctionLimits withRam(long bytes) {
        return new FunctionLimits(time, disk, bytes, ingress, egress);
    }

    public FunctionLimits withIngress(long bytes) {
        return new FunctionLimits(time, disk, ram, bytes, egress);
    }

    public FunctionLimits withEgress(long bytes) {
        return new FunctionLimits(time, disk, ram, ingress, bytes);
    }

    /** As the API has them. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("timeout", Spans.text(time));
        json.put("disk", disk + "B");
        json.put("memory", ram + "B");
        json.put("ingress", ingress + "B");
        json.put("egress", egress + "B");
        return json;
    }
}
