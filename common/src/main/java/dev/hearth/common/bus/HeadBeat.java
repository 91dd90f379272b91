package dev.hearth.common.bus;

/**
 * Gateway to all invokers, on a fixed beat: I am here.
 *
 * @param gateway id of its present life
 * @param beat the gateway's own clock, milliseconds; means nothing to others, who send it back
 */
public record HeadBeat(String gateway, long beat) implements BusMessage {}
