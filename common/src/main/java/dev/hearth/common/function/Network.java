package dev.hearth.common.function;

/** What a container can reach. */
public enum Network {
    /** Nothing but its own loopback interface. */
    NONE,
    /** Public addresses of the internet, through a firewall of the node; nothing private and no other function. */
    INTERNET
}
