package dev.hearth.deploy;

import java.util.Locale;

/** What a process does in a Hearth: both parts, or one of them as a member of a cluster. */
enum Role {
    STANDALONE,
    GATEWAY,
    INVOKER;

    boolean hasGateway() {
        return this != INVOKER;
    }

    boolean hasInvoker() {
        return this != GATEWAY;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
