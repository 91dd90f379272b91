package dev.hearth.invoker.runtime;

import dev.hearth.invoker.pool.CallKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attempts that this node has taken and not told the end of. */
final class Attempts {
    private final Map<CallKey, Attempt> known = new HashMap<>();

    void add(Attempt attempt) {
        known.put(attempt.key, attempt);
    }

    @Nullable
    Attempt find(CallKey key) {
        return known.get(key);
    }

    /** Finds one and forgets it. */
    @Nullable
    Attempt take(CallKey key) {
        return known.remove(key);
    }

    void forget(Attempt attempt) {
        known.remove(attempt.key);
    }

    /** All of this moment. */
    List<Attempt> all() {
        return List.copyOf(known.values());
    }

    /** Those that a gateway sent. */
    List<Attempt> of(String gateway) {
        return known.values().stream()
                .filter(attempt -> attempt.dispatch.replyTo().equals(gateway))
                .toList();
    }
}
