package dev.hearth.common.bus;

/** Gateway to invoker, answered by {@link ContainersReply}: which containers are there? */
public record ContainersQuery() implements BusMessage {}
