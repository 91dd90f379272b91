package dev.hearth.common.bus;

/**
 * Gateway to an invoker that it had given up and that is heard again: end the calls that came from this gateway.
 *
 * <p>Answered by {@link Cleared} once none of them runs. Until then the gateway sends it no call.
 *
 * @param gateway id of its present life
 */
public record GivenUp(String gateway) implements BusMessage {}
