package dev.hearth.gateway.invocation;

import dev.hearth.common.error.Failure;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import java.util.Optional;

/**
 * What is known of one invocation at one moment.
 *
 * @param async whether it is kept in the database and tried until it ends
 * @param parent the invocation that asked for it
 * @param state where it stands
 * @param submittedAt when it was accepted, Unix milliseconds
 * @param dispatchedAt when it was sent to a node; 0 = has not happened
 * @param startedAt when the function's code began; 0 = has not happened
 * @param endedAt when its outcome was known; 0 = has not happened
 * @param node the node it was sent to; empty before that
 * @param start how it came by its container; meaningful once started
 * @param bytesIn body of the request
 * @param bytesOut body of the answer
 * @param network what it moved over its network; nothing without one
 * @param failure why it failed; empty when it succeeded or has not ended
 * @param attempts how often it was sent to a node
 * @param why a sentence or two with the numbers compared
 */
public record InvocationRecord(
        InvocationId id,
        Callee callee,
        boolean async,
        Optional<InvocationId> parent,
        InvocationState state,
        long submittedAt,
        long dispatchedAt,
        long startedAt,
        long endedAt,
        String node,
        StartKind start,
        Timings timings,
        long bytesIn,
        long bytesOut,
        Traffic network,
        Optional<Failure> failure,
        int attempts,
        String why) {

    /** {@code SUCCESS}, the error's code, or empty while it runs. */
    public String outcome() {
        if (state != InvocationState.DONE) {
            return "";
        }
        return failure.map(f -> f.code().name()).orElse("SUCCESS");
    }

    /** The same with another cause, or none. */
    public InvocationRecord withFailure(Optional<Failure> cause) {
        return new InvocationRecord(
                id,
                callee,
                async,
                parent,
                state,
                submittedAt,
                dispatchedAt,
                startedAt,
                endedAt,
                node,
                start,
                timings,
                bytesIn,
                bytesOut,
                network,
                cause,
                attempts,
                why);
    }

    /** Run time x reserved memory, the cost that every FaaS bills. */
    public double gbSeconds() {
        double gigabytes = callee.memory().value() / (double) (1L << 30);
        return timings.run() / 1e6 * gigabytes;
    }

    /** Roughly the bytes that keeping this record costs. */
    long weight() {
        long text = why.length() + failure.map(InvocationRecord::weight).orElse(0L);
        return 320 + 2 * text;
    }

    private static long weight(Failure failure) {
        long lines = failure.logTail().stream().mapToLong(String::length).sum();
        return failure.message().length() + failure.stack().length() + lines;
    }
}
