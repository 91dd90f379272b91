package dev.hearth.gateway.durable;

import dev.hearth.common.bus.AnswerHead;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.store.Statements;
import io.vertx.core.buffer.Buffer;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What functions answered, in pieces; each method is one step of a transaction that the caller holds. */
final class Outputs {
    /** Bytes of a piece. */
    static final int PIECE = 256 * 1024;

    private Outputs() {}

    /**
     * The last of an answer.
     *
     * @param head what the function's own server said
     * @param length of the whole
     * @param first pieces that are written already
     * @param rest what is not written yet
     */
    record Output(AnswerHead head, String contentType, long length, int first, Buffer rest) {
        static final Output NONE = new Output(AnswerHead.PLAIN, "", 0, 0, Buffer.buffer());

        /** The whole of it, if it is not in pieces. */
        Optional<Buffer> whole() {
            return first == 0 ? Optional.of(rest) : Optional.empty();
        }
    }

    /** What is known of an answer without its bytes. */
    record Stored(AnswerHead head, String contentType, long length) {}

    static void write(Handle handle, InvocationId id, Output output) throws SQLException {
        Statements.update(
                handle,
                "INSERT INTO output (id, status, content_type, headers, length) VALUES (?, ?, ?, ?, ?)",
                id.toString(),
                output.head().status(),
                output.contentType(),
                output.head().headers().getBytes(),
                output.length());
        piece(handle, id, output.first(), output.rest());
    }

    /** One more piece; an empty one is not written. */
    static void piece(Handle handle, InvocationId id, int number, Buffer bytes) throws SQLException {
        if (bytes.length() > 0) {
            Statements.update(
                    handle,
                    "INSERT INTO output_piece (id, piece, bytes) VALUES (?, ?, ?)",
                    id.toString(),
                    number,
                    bytes.getBytes());
        }
    }

    /** Takes away what an attempt wrote that did not end well. */
    static void clear(Handle handle, InvocationId id) throws SQLException {
        Statements.update(handle, "DELETE FROM output_piece WHERE id = ?", id.toString());
    }

    static Optional<Stored> find(Handle handle, InvocationId id) {
        return handle.createQuery("SELECT status, content_type, headers, length FROM output WHERE id = :id")
                .bind("id", id.toString())
                .map((row, context) -> new Stored(
                        new AnswerHead(row.getInt("status"), Buffer.buffer(row.getBytes("headers"))),
                        row.getString("content_type"),
                        row.getLong("length")))
                .findFirst();
    }

    static Optional<Buffer> read(Handle handle, InvocationId id, int piece) {
        return handle.createQuery("SELECT bytes FROM output_piece WHERE id = :id AND piece = :piece")
                .bind("id", id.toString())
                .bind("piece", piece)
                .map((row, context) -> Buffer.buffer(row.getBytes("bytes")))
                .findFirst();
    }
}
