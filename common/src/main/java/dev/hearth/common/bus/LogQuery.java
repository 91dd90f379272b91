package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;

/**
 * Gateway to invoker, answered by {@link LogReply}: the log of this invocation from this line on.
 *
 * @param unfinished whether what has no line feed yet is shown as the last lines
 */
public record LogQuery(InvocationId id, int fromLine, boolean unfinished) implements BusMessage {}
