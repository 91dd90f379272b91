package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.CallResult.Answered;
import dev.hearth.common.error.Failure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Who waits for a call's answer. Exactly one of {@link #answered} and {@link #failed} is called, once. */
public interface Responder {
    /** The answer, or its head: with {@code answered.more()} {@link #part} and {@link #ended} follow. */
    void answered(InvocationRecord record, Answered answered);

    /** A further part; the future completes when more can be taken. */
    Future<Void> part(Buffer bytes);

    /** The end of an answer in parts; not complete: it was cut off and must not look whole. */
    void ended(InvocationRecord record, boolean complete);

    /** No answer; {@code retryAfterSeconds} is 0 unless the caller should come again then. */
    void failed(InvocationRecord record, Failure failure, long retryAfterSeconds);

    /** Nobody waits. */
    Responder NOBODY = new Responder() {
        @Override
        public void answered(InvocationRecord record, Answered answered) {}

        @Override
        public Future<Void> part(Buffer bytes) {
            return Future.succeededFuture();
        }

        @Override
        public void ended(InvocationRecord record, boolean complete) {}

        @Override
        public void failed(InvocationRecord record, Failure failure, long retryAfterSeconds) {}
    };
}
