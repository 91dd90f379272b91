package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;
import java.util.List;

/**
 * Invoker to a gateway: your {@link HeadBeat} came, and these calls of yours are here.
 *
 * <p>So a node counts as alive only while both ways work: statuses alone would come from one that hears nothing. And a call that
 * was lost with its connection, or whose outcome was, is found although both ends live.
 *
 * @param epoch start of the invoker's life, as in its {@link NodeStatus}
 * @param beat that of the gateway
 * @param calls of that gateway which wait or run on the node
 */
public record BeatEcho(String node, long epoch, long beat, List<Held> calls) implements BusMessage {
    public BeatEcho {
        calls = List.copyOf(calls);
    }

    /** An attempt at an invocation. */
    public record Held(InvocationId id, int attempt) {}
}
