package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;

/**
 * Gateway to invoker: nobody wants this call any more.
 *
 * <p>Answered by an {@link Outcome} that failed with CANCELLED: after the proof of its container's death when it ran. What is
 * over, or never came, has no answer; the outcome of what was over is on its way.
 */
public record Cancel(InvocationId id, int attempt) implements CallMessage {}
