package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;

/** Gateway to invoker, answered by {@link LogReply}: the log of this invocation from this line on. */
public record LogQuery(InvocationId id, int fromLine) implements BusMessage {}
