package dev.hearth.common.function;

import java.util.List;

/**
 * What a container can reach.
 *
 * @param internet whether public addresses of the internet, through a firewall of the node, but nothing private and no other
 *     function; without, nothing but its own loopback interface
 * @param allow the only ones of them, in the order given; empty: all
 */
public record Network(boolean internet, List<Destination> allow) {
    public static final Network NONE = new Network(false, List.of());
    public static final Network INTERNET = new Network(true, List.of());

    public Network {
        allow = List.copyOf(allow);
        if (!internet && !allow.isEmpty()) {
            throw new IllegalArgumentException("destinations are allowed to a function without a network");
        }
    }

    /** Public addresses, but only these. */
    public static Network only(List<Destination> allow) {
        return new Network(true, allow);
    }

    /** As users write it. */
    public String word() {
        return internet ? "internet" : "none";
    }

    /** Whether only some public addresses are reached. */
    public boolean fenced() {
        return !allow.isEmpty();
    }
}
