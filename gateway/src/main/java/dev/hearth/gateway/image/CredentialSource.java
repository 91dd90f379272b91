package dev.hearth.gateway.image;

import io.vertx.core.Future;
import java.util.Optional;

/** Finds the credentials for a registry. */
@FunctionalInterface
public interface CredentialSource {
    /** Knows none. */
    CredentialSource NONE = (namespace, host) -> Future.succeededFuture(Optional.empty());

    /** Those of the namespace for the host, with its port if it has one. */
    Future<Optional<Credentials>> find(String namespace, String host);
}
