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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteFileTest {
    @TempDir
    Path folder;

    @Test
    void commitsWithFsyncAndAWriteAheadLog() {
        try (Database database = open()) {
            assertThat(pragma(database, "synchronous")).isEqualTo("2");
            assertThat(pragma(database, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(database, "foreign_keys")).isEqualTo("1");
        }
    }

    @Test
    void aFullDiskFailsTheBatchAndNothingElse() {
        try (Database database = open()) {
            Await.of(database.write(handle -> insert(handle, "a")));
            noMorePages(database);
            Failure full = failure(database.write(handle -> insert(handle, "x".repeat(1 << 20))));
            assertThat(full.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(full.message()).startsWith("no room is left on the disk of " + folder);
            Await.of(database.write(handle -> insert(handle, "b")));
            assertThat(names(database)).containsExactly("a", "b");
        }
    }

    @Test
    void onAFullDiskNobodyIsToldOfSuccessWhoseRowIsNotThereAndRoomAloneHeals() {
        try (Database database = open()) {
            noMorePages(database);
            List<Future<Integer>> asked = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String name = "n" + i + "-" + "x".repeat(200);
                asked.add(database.write(handle -> insert(handle, name)));
            }
            Await.of(Future.join(asked).otherwiseEmpty());
            List<Future<Integer>> refused =
                    asked.stream().filter(Future::failed).toList();
            assertThat(refused)
                    .isNotEmpty()
                    .allSatisfy(one -> assertThat(failure(one))
                            .returns(ErrorCode.STORE_UNAVAILABLE, Failure::code)
                            .returns(true, told -> told.code().retryable()));
            assertThat(names(database)).hasSize(asked.size() - refused.size());

            Await.of(database.write(handle -> handle.execute("PRAGMA max_page_count = 1000000")));
            for (int i = 0; i < 50; i++) {
                String name = "later-" + i;
                Await.of(database.write(handle -> insert(handle, name)));
            }
            assertThat(names(database)).hasSize(asked.size() - refused.size() + 50);
        }
    }

    @Test
    void tellsThatAnotherProgramHoldsALock() throws SQLException {
        open().close();
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");
            assertThat(refused()).startsWith("another program holds a lock on " + file());
        }
    }

    @Test
    void tellsThatTheHeaderIsDamaged() throws IOException {
        open().close();
        overwrite(0, "this is no database at all, it is text".repeat(200));
        assertThat(refused())
                .startsWith(file()
                        + " is damaged or no database of Hearth: put a backup in its place (hearth store restore)");
    }

    @Test
    void tellsThatAPageInTheMiddleIsDamaged() throws IOException {
        try (Database database = open()) {
            for (int i = 0; i < 200; i++) {
                String name = "n" + i + "-" + "x".repeat(500);
                Await.of(database.write(handle -> insert(handle, name)));
            }
        }
        overwrite(file().toFile().length() / 2 / 4096 * 4096, "\0damaged".repeat(512));
        assertThat(refused()).startsWith(file() + " is damaged or no database of Hearth: put a backup in its place");
    }

    @Test
    void aLargeFileIsUsedWithoutALook() {
        open().close();
        StoreSettings usual = StoreSettings.in(folder);
        StoreSettings unseen = new StoreSettings(folder, 1, 10, 10, usual.patience(), new Bytes(0), usual.server());
        try (Database database = Database.open(unseen)) {
            assertThat(names(database)).isEmpty();
        }
    }

    @Test
    void tellsThatTheDatabaseIsOfANewerVersion() throws SQLException {
        open().close();
        try (Connection newer = connect();
                Statement statement = newer.createStatement()) {
            statement.execute("INSERT INTO flyway_schema_history SELECT 99, '99', 'future', type, 'V99__future.sql', 1,"
                    + " installed_by, installed_on, execution_time, success FROM flyway_schema_history"
                    + " WHERE version = '1'");
        }
        assertThat(refused()).startsWith("the database was written by a newer Hearth (schema 99): start that version");
    }

    private static void noMorePages(Database database) {
        long pages = Long.parseLong(pragma(database, "page_count"));
        Await.of(database.write(handle -> handle.execute("PRAGMA max_page_count = " + (pages + 2))));
    }

    private void overwrite(long at, String text) throws IOException {
        try (RandomAccessFile damaged = new RandomAccessFile(file().toFile(), "rw")) {
            damaged.seek(at);
            damaged.write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private Path file() {
        return folder.resolve("hearth.db");
    }

    private Database open() {
        return Database.open(new StoreSettings(folder, 2, 8_192, 256, Duration.ofMillis(200)));
    }

    private String refused() {
        return catchThrowableOfType(HearthException.class, () -> open().close())
                .failure()
                .message();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private static Failure failure(Future<?> future) {
        return catchThrowableOfType(HearthException.class, () -> Await.of(future))
                .failure();
    }

    private static int insert(Handle handle, String name) {
        return handle.execute(
                "INSERT INTO function (namespace, name, next_number, created_at) VALUES ('default', ?, 1, 0)", name);
    }

    private static List<String> names(Database database) {
        return Await.of(database.read(handle -> handle.createQuery("SELECT name FROM function ORDER BY name")
                .mapTo(String.class)
                .list()));
    }

    private static String pragma(Database database, String name) {
        return Await.of(database.write(handle ->
                handle.createQuery("PRAGMA " + name).mapTo(String.class).one()));
    }
}
