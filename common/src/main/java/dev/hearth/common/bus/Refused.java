package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;

/** Invoker to gateway: no room for this call now. The call keeps its place in the queue; nothing has run. */
public record Refused(InvocationId id, int attempt, long epoch, String node, String reason) implements CallMessage {}
