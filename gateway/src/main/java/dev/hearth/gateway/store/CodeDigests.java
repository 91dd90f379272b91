package dev.hearth.gateway.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Holds stored code against its digest, piece by piece: damage inside a value shows nowhere else. */
final class CodeDigests {
    private CodeDigests() {}

    private record Code(String namespace, String digest) {}

    /** Namespace and digest of each code whose bytes are others. */
    static List<String> wrong(Handle handle) {
        List<Code> all = handle.createQuery("SELECT namespace, digest FROM code ORDER BY namespace, digest")
                .map((row, context) -> new Code(row.getString("namespace"), row.getString("digest")))
                .list();
        List<String> wrong = new ArrayList<>();
        for (Code code : all) {
            if (!digest(handle, code).equals(code.digest())) {
                wrong.add(code.namespace() + ", " + code.digest());
            }
        }
        return wrong;
    }

    private static String digest(Handle handle, Code code) {
        MessageDigest digest = sha256();
        List<Long> pieces = handle.createQuery(
                        "SELECT piece FROM code_piece WHERE namespace = :namespace AND digest = :digest ORDER BY piece")
                .bind("namespace", code.namespace())
                .bind("digest", code.digest())
                .mapTo(Long.class)
                .list();
        for (long piece : pieces) {
            digest.update(handle.createQuery("SELECT bytes FROM code_piece"
                            + " WHERE namespace = :namespace AND digest = :digest AND piece = :piece")
                    .bind("namespace", code.namespace())
                    .bind("digest", code.digest())
                    .bind("piece", piece)
                    .mapTo(byte[].class)
                    .one());
        }
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
