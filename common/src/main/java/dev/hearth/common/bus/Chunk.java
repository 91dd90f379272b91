package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;
import io.vertx.core.buffer.Buffer;

/**
 * Both ways: the next part of a body. A sender never has more than {@link BusAddress#WINDOW} bytes under way that the
 * receiver has not answered with a {@link Credit}; the body's first part (in Dispatch or Outcome) counts.
 */
public record Chunk(InvocationId id, int attempt, Buffer bytes, End end) implements CallMessage {
    /** Whether the body goes on. */
    public enum End {
        OPEN,
        COMPLETE,
        BROKEN
    }
}
