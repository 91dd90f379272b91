package dev.hearth.gateway.registry;

import java.time.Instant;
import java.util.Optional;

/**
 * A function as it is described to users.
 *
 * @param latest its newest revision, whatever its state
 * @param serving the revision that calls go to; empty when none is READY yet
 * @param createdAt when the function was first registered
 */
public record FunctionView(StoredRevision latest, Optional<StoredRevision> serving, Instant createdAt) {}
