package dev.hearth.common.bus;

import java.util.List;
import java.util.function.Consumer;

/**
 * Messages about calls that one sender had for one receiver at one time, in their order.
 *
 * @param calls two or more
 */
public record Batch(List<CallMessage> calls) implements BusMessage {
    public Batch {
        calls = List.copyOf(calls);
    }

    /**
     * Tells of each.
     *
     * @throws RuntimeException what the first threw that threw; the others are told all the same
     */
    public void each(Consumer<CallMessage> hearer) {
        RuntimeException first = null;
        for (CallMessage call : calls) {
            try {
                hearer.accept(call);
            } catch (RuntimeException fault) {
                if (first == null) {
                    first = fault;
                } else {
                    first.addSuppressed(fault);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
