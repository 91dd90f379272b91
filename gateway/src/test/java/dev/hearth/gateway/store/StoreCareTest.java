package dev.hearth.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Check, backup and restore of a database file. */
final class StoreCareTest {
    @TempDir
    Path folder;

    private Path data;
    private Path copy;

    @BeforeEach
    void names() {
        data = folder.resolve("data");
        copy = folder.resolve("copy.db");
    }

    private StoreSettings settings() {
        return StoreSettings.in(data);
    }

    @Test
    void nothingIsWrongWithWhatANodeHasWritten() {
        try (Database database = Database.open(settings())) {
            add(database, "a");
            StoreCheck.Report report = StoreCheck.of(settings());
            assertThat(report.findings()).isEmpty();
            assertThat(report.place()).isEqualTo(file().toString());
            assertThat(report.version()).isNotEmpty();
        }
        assertThat(StoreCheck.of(settings()).findings()).isEmpty();
    }

    @Test
    void namesRowsThatContradictEachOther() {
        try (Database database = Database.open(settings())) {
            add(database, "whole");
            change(database, "INSERT INTO function VALUES ('default', 'bare', 1, 'no-such-revision', 0)");
            add(database, "cut");
            change(database, "UPDATE code_piece SET bytes = x'00' WHERE digest = '" + digest("cut") + "'");
            add(database, "codeless");
            change(database, "DELETE FROM code WHERE digest = '" + digest("codeless") + "'");
            change(database, "DELETE FROM head");
        }
        assertThat(StoreCheck.of(settings()).findings())
                .extracting(StoreCheck.Finding::what)
                .contains(
                        "calls of the function default/bare go to a revision that is not there or not ready",
                        "the function default/bare has no revision",
                        "the code of the function default/codeless, revision 1 is not there",
                        "a part of the code default, " + digest("cut") + " is missing",
                        "the code default, " + digest("cut") + " is not what was registered",
                        "the table head has 0 rows instead of one");
    }

    @Test
    void namesDamageAndWhatToDo() throws IOException {
        try (Database database = Database.open(settings())) {
            for (int i = 0; i < 50; i++) {
                add(database, "f" + i);
            }
        }
        try (RandomAccessFile damaged = new RandomAccessFile(file().toFile(), "rw")) {
            damaged.seek(damaged.length() / 2 / 4096 * 4096);
            damaged.write(new byte[4096]);
        }
        StoreCheck.Report report = StoreCheck.of(settings());
        assertThat(report.findings())
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.advice()).contains("hearth store restore"));
    }

    @Test
    void aBackupUnderWritesIsOneMomentOfTheDatabaseAndForItsOwnerAlone() throws IOException {
        try (Database database = Database.open(settings())) {
            List<Future<?>> writes = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String name = "f" + i;
                writes.add(database.write(handle -> insert(handle, name)));
            }
            Await.of(writes.get(10));
            Bytes size = Backup.write(settings(), copy);
            assertThat(size.value()).isEqualTo(Files.size(copy)).isPositive();
            Await.of(Future.all(writes));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-------");
        Path other = folder.resolve("other");
        Restore.from(StoreSettings.in(other), copy);
        try (Database database = Database.open(StoreSettings.in(other))) {
            List<String> names = names(database);
            assertThat(names).hasSizeGreaterThanOrEqualTo(10);
            for (int i = 0; i < names.size(); i++) {
                assertThat(names).contains("f" + i);
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("data", "other", "copy.db");
        }
    }

    @Test
    void restoreBringsBackTheOldAndKeepsTheNew() {
        try (Database database = Database.open(settings())) {
            add(database, "old");
        }
        Backup.write(settings(), copy);
        try (Database database = Database.open(settings())) {
            add(database, "new");
        }
        Path kept = Restore.from(settings(), copy).orElseThrow();
        try (Database database = Database.open(settings())) {
            assertThat(names(database)).containsExactly("old");
        }
        assertThat(kept).exists().hasParent(data);
        Restore.from(StoreSettings.in(folder.resolve("third")), kept);
        try (Database database = Database.open(StoreSettings.in(folder.resolve("third")))) {
            assertThat(names(database)).containsExactly("new", "old");
        }
    }

    @Test
    void restoreHealsADamagedDatabase() throws IOException {
        try (Database database = Database.open(settings())) {
            add(database, "a");
        }
        Backup.write(settings(), copy);
        Files.write(file(), new byte[8192]);
        assertThat(Restore.from(settings(), copy)).isPresent();
        try (Database database = Database.open(settings())) {
            assertThat(names(database)).containsExactly("a");
        }
    }

    @Test
    void whatCannotBeDoneIsSaidAndChangesNothing() throws IOException {
        assertThat(refused(() -> StoreCheck.of(settings())).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refused(() -> Backup.write(settings(), copy)).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refused(() -> Restore.from(settings(), copy)).code()).isEqualTo(ErrorCode.NOT_FOUND);
        Path text = Files.writeString(folder.resolve("text"), "no database".repeat(1000));
        try (Database database = Database.open(settings())) {
            add(database, "a");
            assertThat(refused(() -> Backup.write(settings(), text)).message()).contains("give another name");
            assertThat(refused(() -> Backup.write(settings(), folder.resolve("none/copy.db")))
                            .message())
                    .contains("could not be written to");
            Backup.write(settings(), copy);
            assertThat(refused(() -> Restore.from(settings(), copy)).message()).contains("is in use by process");
        }
        assertThat(refused(() -> Restore.from(settings(), text)).message())
                .contains("is damaged or no database of Hearth");
        try (Database database = Database.open(settings())) {
            assertThat(names(database)).containsExactly("a");
        }
    }

    @Test
    void forPostgresItSaysWhichCommandsToUse() {
        StoreSettings postgres = settings()
                .on(new PostgresServer("jdbc:postgresql://db:5432/hearth", "ada", "sesame", Duration.ofSeconds(1)));
        for (ThrowingCallable asked :
                List.<ThrowingCallable>of(() -> Backup.write(postgres, copy), () -> Restore.from(postgres, copy))) {
            assertThat(refused(asked).message())
                    .contains("pg_dump --format=custom --file=hearth.dump --dbname='postgresql://db:5432/hearth'")
                    .contains("pg_restore --clean")
                    .doesNotContain("sesame");
        }
    }

    private Path file() {
        return data.resolve("hearth.db");
    }

    private static Failure refused(ThrowingCallable asked) {
        return catchThrowableOfType(HearthException.class, asked).failure();
    }

    private static int insert(Handle handle, String name) {
        return handle.execute("INSERT INTO function VALUES ('default', ?, 1, NULL, 0)", name);
    }

    /** A function with one revision and its code, as the registry leaves them. */
    private static void add(Database database, String name) {
        String digest = digest(name);
        Await.of(database.write(handle -> {
            handle.execute("INSERT INTO function VALUES ('default', ?, 2, ?, 0)", name, "id-" + name);
            handle.execute(
                    "INSERT INTO revision (id, namespace, name, number, state, cause_code, cause, spec, image, image_digest,"
                            + " code_form, code_digest, code_size, code_unpacked, created_at)"
                            + " VALUES (?, 'default', ?, 1, 'READY', '', '', '{}', '', '', 'FILE', ?, ?, ?, 0)",
                    "id-" + name,
                    name,
                    digest,
                    name.length(),
                    name.length());
            handle.execute("INSERT INTO code VALUES ('default', ?, ?, 0)", digest, name.length());
            return handle.execute(
                    "INSERT INTO code_piece VALUES ('default', ?, 0, ?)",
                    digest,
                    name.getBytes(StandardCharsets.US_ASCII));
        }));
    }

    private static String digest(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.US_ASCII));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void change(Database database, String sql) {
        Await.of(database.write(handle -> handle.execute(sql)));
    }

    private static List<String> names(Database database) {
        return Await.of(database.read(handle -> handle.createQuery("SELECT name FROM function ORDER BY name")
                .mapTo(String.class)
                .list()));
    }
}
