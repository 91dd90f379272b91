package dev.hearth.common.bus;

import java.util.List;

/** Invoker to gateway: the node's containers. */
public record ContainersReply(List<Entry> containers) implements BusMessage {
    public ContainersReply {
        containers = List.copyOf(containers);
    }

    /**
     * One container.
     *
     * @param id Hearth's id of it, also the end of its Docker name
     * @param state starting, stem, idle, busy or removing
     * @param runtime the runtime
     * @param function name@number of the revision; empty in a stem cell
     * @param memory reserved bytes
     * @param calls calls it has had
     * @param since Unix milliseconds since when it is in this state
     */
    public record Entry(
            String id, String state, String runtime, String function, long memory, long calls, long since) {}
}
