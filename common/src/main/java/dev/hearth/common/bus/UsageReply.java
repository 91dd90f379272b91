package dev.hearth.common.bus;

/**
 * Gateway to invoker: the report is counted, now or before.
 *
 * @param sequence of the report
 */
public record UsageReply(long sequence) implements BusMessage {}
