package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.error.Failure;
import dev.hearth.invoker.pool.CallKey;
import io.vertx.core.buffer.Buffer;

/** What a container tells the actor that owns it. */
interface ContainerOwner {
    /** Sends a message about the attempt to its gateway. */
    void tell(Attempt attempt, CallMessage message);

    /** The runtime said hello. */
    void started(LiveContainer container);

    /** The code is loaded. */
    void initialised(LiveContainer container);

    /** It could not be loaded; the container is of no use. */
    void initFailed(LiveContainer container, Failure failure);

    /** The attempt's outcome went out and the container is free, or of no further use. */
    void released(LiveContainer container, Attempt attempt, boolean reusable);

    /** It was idle and must not be used again, or died. */
    void lost(LiveContainer container, String reason);

    /** It is about to be killed, or has just died. */
    void ending(LiveContainer container);

    /** A call was sent to it but never started. */
    void neverStarted(LiveContainer container, Attempt attempt);

    void log(CallKey call, boolean stderr, long micros, Buffer bytes);

    Failure withTail(Attempt attempt, Failure failure);
}
