package dev.hearth.common.bus;

import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.id.RevisionId;
import java.util.List;
import java.util.Map;

/**
 * Invoker to all gateways: what the node has. Sent on a fixed beat and soon after each change.
 *
 * @param node the node's id
 * @param epoch start of the invoker's life, Unix milliseconds
 * @param sequence grows by one with each status of this life
 * @param ready whether it takes calls
 * @param reason why not; empty when ready
 * @param cores processors of the node
 * @param slots calls that may run at once, and how many do
 * @param memory budget for limits.memory, and what is reserved
 * @param scratch budget for limits.disk, and what is reserved
 * @param disk budget for images and code, and what they use
 * @param imageRoom the largest image that the node can hold, in bytes: the part of disk that is for images, less those that never go
 * @param containers number of containers by state (starting, stem, idle, busy, removing)
 * @param idle calls that warm containers could take at once, by revision
 * @param stems number of stem cells by runtime
 * @param images references and ids of the images that the node's engine has
 * @param labels what functions may require of the node
 * @param gpus graphics processors for functions, and how many are reserved
 * @param monitor where its process tells health and metrics, {@code SCHEME://HOST:PORT}; empty when others cannot ask there
 */
public record NodeStatus(
        String node,
        long epoch,
        long sequence,
        boolean ready,
        String reason,
        int cores,
        Gauge slots,
        Gauge memory,
        Gauge scratch,
        Gauge disk,
        long imageRoom,
        Map<String, Integer> containers,
        Map<RevisionId, Integer> idle,
        Map<String, Integer> stems,
        List<String> images,
        NodeLabels labels,
        Gauge gpus,
        String monitor)
        implements BusMessage {
    public NodeStatus {
        containers = Map.copyOf(containers);
        idle = Map.copyOf(idle);
        stems = Map.copyOf(stems);
        images = List.copyOf(images);
    }

    /**
     * A resource: how much there is and how much of it is taken.
     *
     * @param capacity all there is
     * @param used what is reserved or used
     */
    public record Gauge(long capacity, long used) {
        public long free() {
            return capacity - used;
        }
    }
}
