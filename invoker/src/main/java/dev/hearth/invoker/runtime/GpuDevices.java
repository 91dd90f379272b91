package dev.hearth.invoker.runtime;

import dev.hearth.invoker.pool.ContainerId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which graphics processor of the node belongs to which container, by the numbers that its driver gives them from 0 on.
 *
 * <p>The engine, asked for a number of them, gives every container the same first ones; so each is asked for by its own
 * number. Lives on one event loop.
 */
final class GpuDevices {
    private final int count;
    private final BitSet taken = new BitSet();
    private final Map<ContainerId, List<Integer>> held = new HashMap<>();

    GpuDevices(int count) {
        this.count = count;
    }

    /** So many for the container, the first that are free; fewer when there are not as many. */
    List<String> take(ContainerId container, int wanted) {
        List<Integer> devices = new ArrayList<>();
        for (int device = taken.nextClearBit(0);
                devices.size() < wanted && device < count;
                device = taken.nextClearBit(device + 1)) {
            devices.add(device);
        }
        devices.forEach(taken::set);
        if (!devices.isEmpty()) {
            held.put(container, devices);
        }
        return devices.stream().map(String::valueOf).toList();
    }

    /** The container is gone. */
    void release(ContainerId container) {
        held.getOrDefault(container, List.of()).forEach(taken::clear);
        held.remove(container);
    }
}
