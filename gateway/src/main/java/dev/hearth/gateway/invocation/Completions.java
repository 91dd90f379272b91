package dev.hearth.gateway.invocation;

import dev.hearth.common.id.InvocationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Who waits for the end of which invocation.
 *
 * <p>An asynchronous invocation has ended when its record is on disk, a synchronous one when its outcome is known. Lives on
 * the calls' event loop.
 */
public final class Completions {
    private final Map<InvocationId, List<Consumer<InvocationRecord>>> listeners = new HashMap<>();
    private Consumer<InvocationRecord> everyEnd = record -> {};
    private int waiting;

    /** Tells the listener of the end of that invocation, once; the returned action forgets it before. */
    public Runnable listen(InvocationId id, Consumer<InvocationRecord> listener) {
        listeners.computeIfAbsent(id, ignored -> new ArrayList<>(1)).add(listener);
        waiting++;
        return () -> forget(id, listener);
    }

    private void forget(InvocationId id, Consumer<InvocationRecord> listener) {
        List<Consumer<InvocationRecord>> all = listeners.get(id);
        if (all != null && all.remove(listener)) {
            waiting--;
            if (all.isEmpty()) {
                listeners.remove(id);
            }
        }
    }

    /** Tells the listener of every end, before those who wait for it are told. */
    public void onEveryEnd(Consumer<InvocationRecord> listener) {
        everyEnd = listener;
    }

    /** Tells those who wait for it. */
    public void ended(InvocationRecord record) {
        everyEnd.accept(record);
        heard(record);
    }

    /** Tells those who wait for it of an end that another head has made. */
    public void heard(InvocationRecord record) {
        List<Consumer<InvocationRecord>> all = listeners.remove(record.id());
        if (all != null) {
            waiting -= all.size();
            all.forEach(listener -> listener.accept(record));
        }
    }

    /** Invocations that somebody waits for. */
    public List<InvocationId> awaited() {
        return List.copyOf(listeners.keySet());
    }

    /** Listeners that have not been told. */
    public int waiting() {
        return waiting;
    }
}
