package dev.hearth.gateway.destination;

import dev.hearth.gateway.secret.Vault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The secrets under which webhooks are signed, one a namespace, derived from the master key: there is nothing to store, and
 * whoever has the key and the name has the secret.
 */
public final class SigningSecrets {
    private static final String PREFIX = "whsec_";
    private static final int MOST = 10_000;

    private final Vertx vertx;
    private final Vault vault;
    private final Supplier<Future<Boolean>> nothingSealed;
    private final Map<String, String> known = new ConcurrentHashMap<>();

    /**
     * Secrets of this master key.
     *
     * @param nothingSealed whether no secret lies under a key, so that a missing one may be made
     */
    public SigningSecrets(Vertx vertx, Vault vault, Supplier<Future<Boolean>> nothingSealed) {
        this.vertx = vertx;
        this.vault = vault;
        this.nothingSealed = nothingSealed;
    }

    /** The namespace's; fails with CONFLICT where the master key is missing or of no use. */
    public Future<String> of(String namespace) {
        String there = known.get(namespace);
        if (there != null) {
            return Future.succeededFuture(there);
        }
        return nothingSealed
                .get()
                .compose(first -> vertx.executeBlocking(() -> vault.derive("webhooks/" + namespace, first), false))
                .map(derived -> {
                    String secret = PREFIX + Objects.requireNonNull(derived);
                    if (known.size() < MOST) {
                        known.put(namespace, secret);
                    }
                    return secret;
                });
    }
}
