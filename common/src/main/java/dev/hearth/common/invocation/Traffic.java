package dev.hearth.common.invocation;

/**
 * Bytes that a container has moved over its network, headers of packets included.
 *
 * @param received by the container
 * @param sent by the container
 */
public record Traffic(long received, long sent) {
    public static final Traffic NONE = new Traffic(0, 0);

    public Traffic since(Traffic before) {
        return new Traffic(received - before.received, sent - before.sent);
    }
}
