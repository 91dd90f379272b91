package dev.hearth.common.bus;

import dev.hearth.common.error.Failure;
import io.vertx.core.buffer.Buffer;

/** What came of a call. */
public sealed interface CallResult {
    /**
     * The function answered.
     *
     * @param head what HTTP says besides the content type
     * @param contentType of the body
     * @param totalLength bytes of the whole body; -1 when not known yet
     * @param body the whole body, or its first part
     * @param more whether {@link Chunk}s follow
     */
    record Answered(AnswerHead head, String contentType, long totalLength, Buffer body, boolean more)
            implements CallResult {
        /** An answer without a head of its own. */
        public Answered(String contentType, long totalLength, Buffer body, boolean more) {
            this(AnswerHead.PLAIN, contentType, totalLength, body, more);
        }
    }

    /** It did not. */
    record Failed(Failure failure) implements CallResult {}
}
