package dev.hearth.client;

import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function, which goes on without this program. What is asked of one that has ended is not asked of the node
 * again.
 */
public final class Invocation {
    private final FunctionManager manager;
    private final String id;
    private volatile @Nullable InvocationRecord ended;

    Invocation(FunctionManager manager, String id) {
        this.manager = manager;
        this.id = id;
    }

    public String getId() {
        return id;
    }

    /** The record as it is now, and for good once it is done. */
    public InvocationRecord getRecord() {
        InvocationRecord known = ended;
        return known != null ? known : learnt(manager.record(id));
    }

    InvocationRecord learnt(InvocationRecord record) {
        if (record.isDone()) {
            ended = record;
        }
        return record;
    }

    boolean knownDone() {
        return ended != null;
    }

    public boolean isDone() {
        return getRecord().isDone();
    }

    /** Whether it is done and did not fail. */
    public boolean hasSucceeded() {
        return getRecord().hasSucceeded();
    }

    /** Waits until it is done. */
    public Invocation await() {
        return manager.waitOne(this);
    }

    /** Waits until it is done, at most so long; whether it is. */
    public boolean await(Duration most) {
        return manager.waitOne(this, most);
    }

    /**
     * What the function returned.
     *
     * @throws IllegalStateException when it is not done
     * @throws FunctionFailedException or another HearthException with the cause when it failed
     */
    public Output getOutput() {
        mustHaveSucceeded();
        return manager.output(id);
    }

    /** The same for an output of any length; to be closed. */
    public InputStream openOutput() {
        mustHaveSucceeded();
        return manager.openOutput(id);
    }

    private void mustHaveSucceeded() {
        InvocationRecord record = getRecord();
        if (!record.isDone()) {
            throw new IllegalStateException(
                    "invocation " + id + " is " + record.state() + ", it has no output yet: wait for it first");
        }
        if (!record.hasSucceeded()) {
            throw Errors.of(
                    record.cause().orElseGet(() -> FailureCause.of(ErrorCode.named(record.outcome()), record.why())),
                    id);
        }
    }

    /** Why it failed; empty when it succeeded or is not done. */
    public Optional<FailureCause> getFailureCause() {
        return getRecord().cause();
    }

    public Instant getSubmitDate() {
        return getRecord().submittedAt();
    }

    /** When it was sent to the node that ran it; empty when it was not yet. */
    public Optional<Instant> getDispatchDate() {
        return getRecord().dispatchedAt();
    }

    /** When the function's code began; empty when it has not. */
    public Optional<Instant> getStartDate() {
        return getRecord().startedAt();
    }

    /** When its outcome was known; empty when it is not done. */
    public Optional<Instant> getEndDate() {
        return getRecord().endedAt();
    }

    /** Ends it, its container killed before this returns; whether that is how it ended. Harmless when it is done. */
    public boolean cancel() {
        return manager.cancel(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Invocation that && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "invocation " + id;
    }
}
