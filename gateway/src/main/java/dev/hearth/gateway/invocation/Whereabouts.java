package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.BeatEcho;
import dev.hearth.common.id.InvocationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which call was sent to which node, held against what the nodes say that they have.
 *
 * <p>A dispatch or an outcome can be lost with the connection that it was on while both ends live on. What one end sends arrives
 * in its order as long as the connection lasts; so a call that was sent before a beat and is missing in the echo has ended, and its
 * outcome comes before the next echo, or it is lost. Lives on the event loop of the calls.
 */
final class Whereabouts {
    /** Echoes in a row that lack a call which is lost: two, since the first after a new connection may overtake what was sent before. */
    private static final int MISSES = 2;

    private final Map<String, Map<InvocationId, Sent>> byNode = new HashMap<>();

    private static final class Sent {
        private final CallInFlight call;
        private final long at;
        private int misses;

        private Sent(CallInFlight call, long at) {
            this.call = call;
            this.at = at;
        }

        /** Whether it must be taken for lost. */
        private boolean isLost(Set<BeatEcho.Held> held, long beat) {
            if (at >= beat || held.contains(new BeatEcho.Held(call.id(), call.attempt()))) {
                misses = 0;
            } else {
                misses++;
            }
            return misses >= MISSES;
        }
    }

    /**
     * The call is on its way to its node.
     *
     * @param now by the clock of the beats
     */
    void sent(CallInFlight call, long now) {
        byNode.computeIfAbsent(call.node(), ignored -> new HashMap<>()).put(call.id(), new Sent(call, now));
    }

    /** The call has ended, or its node would not take it. */
    void left(CallInFlight call) {
        byNode.computeIfPresent(call.node(), (node, calls) -> {
            calls.remove(call.id());
            return calls.isEmpty() ? null : calls;
        });
    }

    /** The calls that the node should have by now and does not have. */
    List<CallInFlight> missing(BeatEcho echo) {
        Set<BeatEcho.Held> held = new HashSet<>(echo.calls());
        List<CallInFlight> lost = new ArrayList<>();
        byNode.getOrDefault(echo.node(), Map.of()).values().forEach(sent -> {
            if (sent.isLost(held, echo.beat())) {
                lost.add(sent.call);
            }
        });
        return lost;
    }
}
