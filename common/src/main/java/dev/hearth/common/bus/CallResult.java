package dev.hearth.common.bus;

import dev.hearth.common.error.Failure;
import io.vertx.core.buffer.Buffer;

/** What came of a call. */
public sealed interface CallResult {
    /**
     * The function answered.
     *
     * @param contentType of the body
     * @param totalLength bytes of the whole body; -1 when not known yet
     * @param body the whole body, or its first part
     * @param more whether {@link Chunk}s follow
     */
    record Answered(String contentType, long totalLength, Buffer body, boolean more) implements CallResult {}

    /** It did not. */
    record Failed(Failure failure) implements CallResult {}
}
