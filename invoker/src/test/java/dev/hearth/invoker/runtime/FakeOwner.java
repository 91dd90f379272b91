package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Credit;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.error.Failure;
import dev.hearth.invoker.pool.CallKey;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Writes down what its container tells, in order. */
final class FakeOwner implements ContainerOwner {
    /** Short sentences of what happened. */
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    /** How often it was said that the container is about to end. */
    int endings;

    final List<CallMessage> messages = new ArrayList<>();

    /** The failure of the last outcome. */
    Failure failure() {
        for (CallMessage message : messages.reversed()) {
            if (message instanceof Outcome o && o.result() instanceof CallResult.Failed failed) {
                return failed.failure();
            }
        }
        throw new AssertionError("no failure in " + messages);
    }

    /** The failures of all outcomes, in order. */
    List<Failure> failures() {
        return messages.stream()
                .map(message -> message instanceof Outcome o && o.result() instanceof CallResult.Failed failed
                        ? failed.failure()
                        : null)
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public void tell(Attempt attempt, CallMessage message) {
        messages.add(message);
        told.add(
                switch (message) {
                    case Outcome o
                    when o.result() instanceof CallResult.Answered a ->
                        "answered " + a.body() + (a.more() ? "..." : "");
                    case Outcome o
                    when o.result() instanceof CallResult.Failed f ->
                        "failed " + f.failure().code();
                    case Chunk c -> "chunk " + c.bytes().length() + " " + c.end();
                    case Credit c -> "credit " + c.bytes();
                    default -> message.getClass().getSimpleName();
                });
    }

    @Override
    public void started(LiveContainer container) {
        told.add("started");
    }

    @Override
    public void initialised(LiveContainer container) {
        told.add("initialised");
    }

    @Override
    public void initFailed(LiveContainer container, Failure failure) {
        told.add("init failed: " + failure.message() + " " + failure.logTail());
    }

    @Override
    public void released(LiveContainer container, Attempt attempt, boolean reusable) {
        told.add(reusable ? "released" : "released for removal");
    }

    @Override
    public void ending(LiveContainer container) {
        endings++;
    }

    @Override
    public void lost(LiveContainer container, String reason) {
        told.add("lost: " + reason);
    }

    @Override
    public void neverStarted(LiveContainer container, Attempt attempt) {
        told.add("never started");
    }

    @Override
    public void log(CallKey call, boolean stderr, long micros, Buffer bytes) {
        told.add("log " + bytes);
    }

    @Override
    public Failure withTail(Attempt attempt, Failure failure) {
        return failure;
    }
}
