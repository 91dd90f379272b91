package dev.hearth.gateway.image;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Credentials as rows; each method is one step of a transaction that the caller holds. */
final class CredentialRows {
    private static final String SELECT =
            "SELECT namespace, host, username, password, changed_at FROM registry_credentials ";

    private CredentialRows() {}

    static void put(Handle handle, StoredCredentials stored) {
        delete(handle, stored.namespace(), stored.host());
        handle.createUpdate("INSERT INTO registry_credentials (namespace, host, username, password, changed_at)"
                        + " VALUES (:namespace, :host, :username, :password, :at)")
                .bind("namespace", stored.namespace())
                .bind("host", stored.host())
                .bind("username", stored.username())
                .bind("password", stored.sealed())
                .bind("at", stored.changedAt().toEpochMilli())
                .execute();
    }

    static int delete(Handle handle, String namespace, String host) {
        return handle.createUpdate("DELETE FROM registry_credentials WHERE namespace = :namespace AND host = :host")
                .bind("namespace", namespace)
                .bind("host", host)
                .execute();
    }

    static Optional<StoredCredentials> find(Handle handle, String namespace, String host) {
        return handle.createQuery(SELECT + "WHERE namespace = :namespace AND host = :host")
                .bind("namespace", namespace)
                .bind("host", host)
                .map((row, context) -> read(row))
                .findFirst();
    }

    static List<StoredCredentials> all(Handle handle) {
        return handle.createQuery(SELECT + "ORDER BY namespace, host")
                .map((row, context) -> read(row))
                .list();
    }

    private static StoredCredentials read(ResultSet row) throws SQLException {
        return new StoredCredentials(
                row.getString("namespace"),
                row.getString("host"),
                row.getString("username"),
                row.getString("password"),
                Instant.ofEpochMilli(row.getLong("changed_at")));
    }
}
