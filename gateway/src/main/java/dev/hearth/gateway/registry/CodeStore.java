package dev.hearth.gateway.registry;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.function.Code;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Code in the database, cut into pieces of the size that goes over the bus, so that a piece is one row and commits, with
 * its revision, in one transaction.
 */
final class CodeStore {
    static final int PIECE = BusAddress.PIECE;

    private CodeStore() {}

    static void put(Handle handle, String namespace, Code code, Buffer bytes, Instant at) {
        int added = handle.createUpdate("INSERT INTO code (namespace, digest, size, created_at)"
                        + " VALUES (:namespace, :digest, :size, :at) ON CONFLICT DO NOTHING")
                .bind("namespace", namespace)
                .bind("digest", code.digest())
                .bind("size", code.size())
                .bind("at", at.toEpochMilli())
                .execute();
        if (added == 1) {
            putPieces(handle, namespace, code.digest(), bytes);
        }
    }

    private static void putPieces(Handle handle, String namespace, String digest, Buffer bytes) {
        try (PreparedBatch batch = handle.prepareBatch("INSERT INTO code_piece (namespace, digest, piece, bytes)"
                + " VALUES (:namespace, :digest, :piece, :bytes)")) {
            for (int start = 0, piece = 0; start < bytes.length(); start += PIECE, piece++) {
                batch.bind("namespace", namespace)
                        .bind("digest", digest)
                        .bind("piece", piece)
                        .bind("bytes", bytes.getBytes(start, Math.min(bytes.length(), start + PIECE)))
                        .add();
                // Each by itself: a batch would hold all of the code a second time.
                batch.execute();
            }
        }
    }

    /** At most {@code length} bytes from the offset on, and never more than a piece holds. */
    static CodePiece read(Handle handle, String digest, long offset, int length) {
        Optional<Place> place = handle.createQuery("SELECT namespace, size FROM code WHERE digest = :digest LIMIT 1")
                .bind("digest", digest)
                .map((row, context) -> new Place(row.getString("namespace"), row.getLong("size")))
                .findFirst();
        return place.map(found -> cut(handle, digest, found, offset, length)).orElse(CodePiece.UNKNOWN);
    }

    private static CodePiece cut(Handle handle, String digest, Place place, long offset, int length) {
        long end = Math.min(place.size(), offset + Math.min(length, PIECE));
        Buffer out = Buffer.buffer();
        for (long at = Math.max(0, offset); at < end; ) {
            long piece = at / PIECE;
            byte[] bytes = handle.createQuery("SELECT bytes FROM code_piece"
                            + " WHERE namespace = :namespace AND digest = :digest AND piece = :piece")
                    .bind("namespace", place.namespace())
                    .bind("digest", digest)
                    .bind("piece", piece)
                    .mapTo(byte[].class)
                    .one();
            int from = (int) (at - piece * PIECE);
            int count = (int) Math.min(bytes.length - from, end - at);
            out.appendBytes(bytes, from, count);
            at += count;
        }
        return new CodePiece(place.size(), out);
    }

    /** Removes all code of the namespace that no revision refers to. */
    static void sweep(Handle handle, String namespace) {
        handle.createUpdate("DELETE FROM code WHERE namespace = :namespace AND NOT EXISTS (SELECT 1 FROM revision r"
                        + " WHERE r.namespace = code.namespace AND r.code_digest = code.digest)")
                .bind("namespace", namespace)
                .execute();
    }

    private record Place(String namespace, long size) {}
}
