package dev.hearth.gateway.auth;

import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of a key.
 *
 * @param id finds it; no secret
 * @param name for people, unique
 * @param namespace where its holder's functions are
 * @param role what its holder may do
 * @param digest tells whether a text is this key
 * @param createdAt when it was made
 * @param expiresAt from when on it is refused; empty for never
 */
record ApiKey(
        String id,
        String name,
        String namespace,
        Role role,
        KeyDigest digest,
        Instant createdAt,
        Optional<Instant> expiresAt) {
    boolean isExpired(Instant now) {
        return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
    }

    boolean isLivingAdmin(Instant now) {
        return role == Role.ADMIN && !isExpired(now);
    }
}
