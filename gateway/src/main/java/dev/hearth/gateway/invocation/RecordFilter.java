package dev.hearth.gateway.invocation;

import dev.hearth.common.id.InvocationId;
import java.util.Optional;

/**
 * Which records are listed.
 *
 * @param function {@code namespace/name}; empty for all
 * @param state empty for all
 * @param outcome {@code SUCCESS}, {@code FAILURE} for all others, or an error's code; empty for all
 * @param async whether asynchronous ones alone, or the others alone
 * @param before only those that were submitted before this one
 * @param limit how many at most
 */
public record RecordFilter(
        String function,
        String state,
        String outcome,
        Optional<Boolean> async,
        Optional<InvocationId> before,
        int limit) {
    public static final String FAILURE = "FAILURE";

    boolean takes(InvocationRecord record) {
        return (function.isEmpty() || record.callee().function().toString().equals(function))
                && (state.isEmpty() || record.state().name().equals(state))
                && (outcome.isEmpty() || record.outcome().equals(outcome) || failed(record))
                && async.map(wanted -> wanted == record.async()).orElse(true)
                && before.map(id -> record.id().compareTo(id) < 0).orElse(true);
    }

    private boolean failed(InvocationRecord record) {
        return outcome.equals(FAILURE) && record.failure().isPresent();
    }
}
