package dev.hearth.common.bus;

/** Invoker to gateway, answered by {@link CodeReply}: the piece of this code that starts at the offset. */
public record CodeQuery(String digest, long offset) implements BusMessage {}
