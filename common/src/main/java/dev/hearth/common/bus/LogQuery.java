package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;

/**
 * Gateway to invoker, answered by {@link LogReply}: the log of this attempt of an invocation from this line on.
 *
 * @param unfinished whether what has no line feed yet is shown as the last lines
 */
public record LogQuery(InvocationId id, int attempt, int fromLine, boolean unfinished) implements BusMessage {}
