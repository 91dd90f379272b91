package dev.hearth.gateway.durable;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The queue of one revision: how many wait, and the oldest of them, which are in memory.
 *
 * <p>What is in the database alone comes in by reading its oldest again; what ended while they were being read is
 * remembered until then, since what was read still has it.
 */
final class Window {
    final RevisionId revision;
    final FunctionName function;
    final Map<InvocationId, DurableCall> loaded = new HashMap<>();

    /** Invocations that have not ended, those in memory included. */
    int queued;

    /** When the next of those that are not in memory may be due, Unix milliseconds. */
    long wakeAt = Long.MAX_VALUE;

    private final Set<InvocationId> changed = new HashSet<>();
    private boolean reading;

    Window(RevisionId revision, FunctionName function) {
        this.revision = revision;
        this.function = function;
    }

    /** Those that are in the database alone. */
    int unloaded() {
        return queued - loaded.size();
    }

    void beginReading() {
        reading = true;
    }

    boolean reading() {
        return reading;
    }

    /** One that ended or got a new date: what is being read may not know it. */
    void changed(InvocationId id) {
        if (reading) {
            changed.add(id);
        }
    }

    /** Whether what was read of it still holds. */
    boolean stale(InvocationId id) {
        return changed.contains(id);
    }

    void endReading() {
        reading = false;
        changed.clear();
    }

    void wakeBy(long at) {
        wakeAt = Math.min(wakeAt, at);
    }

    boolean unused() {
        return queued == 0 && !reading;
    }
}
