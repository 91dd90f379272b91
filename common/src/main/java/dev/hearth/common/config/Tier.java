package dev.hearth.common.config;

/** How likely a user is to set a key (HikariCP's three lists). */
public enum Tier {
    /** Looked at by everybody who runs a node. */
    ESSENTIAL,
    /** Set on many nodes. */
    FREQUENT,
    /** A bound that exists so that nothing is unbounded; rarely touched. */
    RARE
}
