package dev.hearth.gateway.registry;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Maps {@link StoredRevision}s to and from rows. */
final class RevisionRows {
    static final String COLUMNS =
            "r.id, r.namespace, r.name, r.number, r.state, r.cause_code, r.cause, r.spec, r.image,"
                    + " r.image_digest, r.code_form, r.code_digest, r.code_size, r.code_unpacked, r.created_at, r.image_source, r.image_size";

    private RevisionRows() {}

    static void insert(Handle handle, StoredRevision revision) {
        handle.createUpdate("INSERT INTO revision (id, namespace, name, number, state, cause_code, cause, spec, image,"
                        + " image_digest, code_form, code_digest, code_size, code_unpacked, created_at, image_source, image_size) VALUES"
                        + " (:id, :namespace, :name, :number, :state, '', '', :spec, :image, :imageDigest, :codeForm,"
                        + " :codeDigest, :codeSize, :codeUnpacked, :at, :imageSource, :imageSize)")
                .bind("id", revision.id().toString())
                .bind("namespace", revision.function().namespace())
                .bind("name", revision.function().name())
                .bind("number", revision.number())
                .bind("state", revision.state().name())
                .bind("spec", SpecDocument.write(revision.spec()))
                .bind("image", revision.image())
                .bind("imageDigest", revision.imageDigest())
                .bind("imageSource", revision.imageSource().reference())
                .bind("imageSize", revision.imageSource().size().value())
                .bind("codeForm", revision.code().form().name())
                .bind("codeDigest", revision.code().digest())
                .bind("codeSize", revision.code().size())
                .bind("codeUnpacked", revision.code().unpacked())
                .bind("at", revision.createdAt().toEpochMilli())
                .execute();
    }

    static StoredRevision read(ResultSet row) throws SQLException {
        return new StoredRevision(
                RevisionId.parse(row.getString("id")),
                new FunctionName(row.getString("namespace"), row.getString("name")),
                row.getInt("number"),
                SpecDocument.read(row.getString("spec")),
                row.getString("image"),
                row.getString("image_digest"),
                new ImageSource(row.getString("image_source"), new Bytes(row.getLong("image_size"))),
                new Code(
                        CodeForm.valueOf(row.getString("code_form")),
                        row.getString("code_digest"),
                        row.getLong("code_size"),
                        row.getLong("code_unpacked")),
                RevisionState.valueOf(row.getString("state")),
                cause(row.getString("cause_code"), row.getString("cause")),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    private static Optional<Failure> cause(String code, String message) {
        return code.isEmpty() ? Optional.empty() : Optional.of(Failure.before(ErrorCode.valueOf(code), message));
    }
}
