package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import java.util.Optional;

/**
 * Which records are listed.
 *
 * @param function empty for all
 * @param state empty for all
 * @param outcome {@code SUCCESS}, {@code FAILURE} for all others, or an error's code; empty for all
 * @param async whether asynchronous ones alone, or the others alone
 * @param before only those that were submitted before this one
 * @param limit how many at most
 */
public record RecordFilter(
        Optional<FunctionName> function,
        String state,
        String outcome,
        Optional<Boolean> async,
        Optional<InvocationId> before,
        int limit) {
    public static final String FAILURE = "FAILURE";

    /**
     * Reads {@code name} or {@code namespace/name}.
     *
     * @throws HearthException INVALID_REQUEST
     */
    public static FunctionName function(String text) {
        int slash = text.indexOf('/');
        try {
            return slash < 0
                    ? FunctionName.inDefault(text)
                    : new FunctionName(text.substring(0, slash), text.substring(slash + 1));
        } catch (IllegalArgumentException wrong) {
            throw new HearthException(ErrorCode.INVALID_REQUEST, "function: " + wrong.getMessage());
        }
    }

    boolean takes(InvocationRecord record) {
        return function.map(record.callee().function()::equals).orElse(true)
                && (state.isEmpty() || record.state().name().equals(state))
                && (outcome.isEmpty() || record.outcome().equals(outcome) || failed(record))
                && async.map(wanted -> wanted == record.async()).orElse(true)
                && before.map(id -> record.id().compareTo(id) < 0).orElse(true);
    }

    private boolean failed(InvocationRecord record) {
        return outcome.equals(FAILURE) && record.failure().isPresent();
    }
}
