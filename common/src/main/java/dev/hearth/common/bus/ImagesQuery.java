package dev.hearth.common.bus;

/** Gateway to invoker, answered by {@link ImagesReply}: how do images stand on the node? */
public record ImagesQuery() implements BusMessage {}
