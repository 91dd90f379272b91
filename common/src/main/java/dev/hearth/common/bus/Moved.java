package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.Traffic;

/** Invoker to gateway: what a call with a network has moved over it in all, told before its last message. */
public record Moved(InvocationId id, int attempt, Traffic traffic) implements CallMessage {}
