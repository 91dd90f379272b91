package dev.hearth.gateway.image;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.secret.Vault;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** The credentials for registries of images: durable, the password sealed, opened for a pull alone. */
public final class RegistryAccess implements CredentialSource {
    private static final int MOST = 1_000;
    private static final int USERNAME = 256;
    /** Some registries take a key file of a few KiB as password. */
    private static final int PASSWORD = 16 * 1024;

    private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?");

    private final Database database;
    private final Vault vault;
    private final InstantSource clock;

    public RegistryAccess(Database database, Vault vault, InstantSource clock) {
        this.database = database;
        this.vault = vault;
        this.clock = clock;
    }

    /** All of them by namespace and host, passwords sealed. */
    public Future<List<StoredCredentials>> all() {
        return database.read(CredentialRows::all);
    }

    /** Stores these instead of what was there for the host. */
    public Future<StoredCredentials> put(String namespace, Credentials credentials) {
        check(credentials);
        return database.write(handle -> put(handle, namespace, credentials));
    }

    private StoredCredentials put(Handle handle, String namespace, Credentials credentials) {
        List<StoredCredentials> others = CredentialRows.all(handle).stream()
                .filter(one -> !(one.namespace().equals(namespace) && one.host().equals(credentials.host())))
                .toList();
        if (others.size() >= MOST) {
            throw new HearthException(
                    ErrorCode.NOT_ALLOWED,
                    "credentials for " + MOST + " registries are stored, no more fit: delete some");
        }
        String purpose = StoredCredentials.purpose(namespace, credentials.host());
        StoredCredentials stored = new StoredCredentials(
                namespace,
                credentials.host(),
                credentials.username(),
                vault.seal(credentials.password(), purpose, others.isEmpty()),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        CredentialRows.put(handle, stored);
        return stored;
    }

    public Future<Void> delete(String namespace, String host) {
        return database.write(handle -> {
                    if (CredentialRows.delete(handle, namespace, host) == 0) {
                        throw new HearthException(
                                ErrorCode.NOT_FOUND, "no credentials are stored for the registry " + host);
                    }
                    return host;
                })
                .mapEmpty();
    }

    @Override
    public Future<Optional<Credentials>> find(String namespace, String host) {
        return database.read(handle -> CredentialRows.find(handle, namespace, host)
                .map(stored ->
                        new Credentials(host, stored.username(), vault.open(stored.sealed(), stored.purpose()))));
    }

    private static void check(Credentials credentials) {
        if (!HOST.matcher(credentials.host()).matches()) {
            throw wrong("the registry must be a host, with a port if it has one, as image references name it, for"
                    + " example registry.example.org:5000 or docker.io");
        }
        text("username", credentials.username(), USERNAME);
        text("password", credentials.password(), PASSWORD);
    }

    private static void text(String what, String value, int most) {
        if (value.isEmpty() || value.length() > most || value.indexOf('\0') >= 0) {
            throw wrong(what + " must be 1 to " + most + " characters without NUL");
        }
    }

    private static HearthException wrong(String message) {
        return new HearthException(ErrorCode.INVALID_REQUEST, message);
    }
}
