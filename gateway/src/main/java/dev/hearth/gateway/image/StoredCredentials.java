package dev.hearth.gateway.image;

import java.time.Instant;

/**
 * Credentials as the database holds them.
 *
 * @param host the registry, with its port if it has one
 * @param sealed the password under the master key
 */
public record StoredCredentials(String namespace, String host, String username, String sealed, Instant changedAt) {
    /** What the sealed password is bound to. */
    String purpose() {
        return purpose(namespace, host);
    }

    static String purpose(String namespace, String host) {
        return "registry/" + namespace + "/" + host;
    }
}
