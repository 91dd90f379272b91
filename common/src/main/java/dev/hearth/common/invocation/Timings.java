package dev.hearth.common.invocation;

/**
 * How long the phases of one attempt took on the node, each in microseconds, 0 when the phase did not happen.
 *
 * @param place waiting for a container or for room on the node
 * @param image fetching image and code
 * @param start creating and starting the container until its runtime said hello
 * @param init loading the code
 * @param run from the frame to the container until its result's last byte
 */
public record Timings(long place, long image, long start, long init, long run) {
    public static final Timings NONE = new Timings(0, 0, 0, 0, 0);
}
