package dev.hearth.gateway.auth;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Keys as rows; each method is one step of a transaction that the caller holds. */
final class KeyRows {
    private KeyRows() {}

    static void insert(Handle handle, ApiKey key) {
        handle.createUpdate("INSERT INTO api_key (id, name, namespace, role, digest, created_at, expires_at)"
                        + " VALUES (:id, :name, :namespace, :role, :digest, :created, :expires)")
                .bind("id", key.id())
                .bind("name", key.name())
                .bind("namespace", key.namespace())
                .bind("role", key.role().toString())
                .bind("digest", key.digest().hex())
                .bind("created", key.createdAt().toEpochMilli())
                .bind("expires", key.expiresAt().map(Instant::toEpochMilli).orElse(null))
                .execute();
    }

    static List<ApiKey> all(Handle handle) {
        return handle.createQuery("SELECT id, name, namespace, role, digest, created_at, expires_at FROM api_key"
                        + " ORDER BY created_at, id")
                .map((row, context) -> read(row))
                .list();
    }

    private static ApiKey read(ResultSet row) throws SQLException {
        long expires = row.getLong("expires_at");
        Optional<Instant> end = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expires));
        return new ApiKey(
                row.getString("id"),
                row.getString("name"),
                row.getString("namespace"),
                Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
                KeyDigest.ofHex(row.getString("digest")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                end);
    }

    /** When each key was used last, by id; those that never were are missing. */
    static Map<String, Long> lastUses(Handle handle) {
        return handle.createQuery("SELECT id, last_used_at FROM api_key WHERE last_used_at IS NOT NULL")
                .reduceRows(new HashMap<String, Long>(), (uses, row) -> {
                    uses.put(row.getColumn("id", String.class), row.getColumn("last_used_at", Long.class));
                    return uses;
                });
    }

    static void used(Handle handle, String id, long millis) {
        handle.createUpdate("UPDATE api_key SET last_used_at = :at WHERE id = :id"
                        + " AND (last_used_at IS NULL OR last_used_at < :at)")
                .bind("at", millis)
                .bind("id", id)
                .execute();
    }

    static void delete(Handle handle, String id) {
        handle.createUpdate("DELETE FROM api_key WHERE id = :id").bind("id", id).execute();
    }
}
