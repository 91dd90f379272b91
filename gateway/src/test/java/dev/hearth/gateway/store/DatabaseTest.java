package dev.hearth.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsReadAfterReopening() {
        try (Database database = open()) {
            Await.of(database.write(handle -> insert(handle, "a")));
        }
        try (Database database = open()) {
            assertThat(names(database)).containsExactly("a");
        }
    }

    @Test
    void commitsWithFsyncAndAWriteAheadLog() {
        try (Database database = open()) {
            assertThat(pragma(database, "synchronous")).isEqualTo("2");
            assertThat(pragma(database, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(database, "foreign_keys")).isEqualTo("1");
        }
    }

    @Test
    void aPieceThatFailsTakesNothingOfTheOthersWithIt() throws InterruptedException {
        try (Database database = open()) {
            CountDownLatch go = new CountDownLatch(1);
            database.write(handle -> block(go));
            Future<Integer> first = database.write(handle -> insert(handle, "a"));
            Future<Integer> refused = database.write(handle -> {
                insert(handle, "half");
                throw new HearthException(ErrorCode.CONFLICT, "no");
            });
            Future<Integer> broken = database.write(handle -> insert(handle, "a"));
            Future<Integer> last = database.write(handle -> insert(handle, "b"));
            go.countDown();
            Await.of(first);
            Await.of(last);
            assertThat(failure(refused).code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(failure(broken).code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(names(database)).containsExactly("a", "b");
        }
    }

    @Test
    void aFaultOfOursIsNotShownAsTheDatabases() {
        try (Database database = open()) {
            Work<Integer> broken = handle -> {
                throw new IllegalStateException("an assumption that does not hold");
            };
            Work<Integer> wrong = handle -> handle.execute("SELECT no_such_column FROM function");
            Work<Integer> error = handle -> {
                throw new StackOverflowError("on purpose");
            };
            for (Work<Integer> work : List.of(broken, wrong, error)) {
                for (Failure failure : List.of(failure(database.read(work)), failure(database.write(work)))) {
                    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
                    assertThat(failure.message()).contains("the log says what under the id ");
                }
            }
            Await.of(database.write(handle -> insert(handle, "a")));
            assertThat(names(database)).containsExactly("a");
        }
    }

    @Test
    void aListenerThatThrowsKeepsNobodyElseWaiting() throws InterruptedException {
        try (Database database = open()) {
            CountDownLatch go = new CountDownLatch(1);
            database.write(handle -> block(go));
            Future<Integer> first = database.write(handle -> insert(handle, "a"), told -> {
                throw new IllegalStateException("a listener's fault");
            });
            Future<Integer> second = database.write(handle -> insert(handle, "b"));
            go.countDown();
            assertThat(Await.of(first)).isOne();
            assertThat(Await.of(second)).isOne();
        }
    }

    @Test
    void tellsOfCommitsInTheirOrder() {
        try (Database database = open()) {
            List<Integer> told = new CopyOnWriteArrayList<>();
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                int number = i;
                all.add(database.write(handle -> number, told::add));
            }
            Await.of(Future.all(all));
            assertThat(told).hasSize(500).isSorted();
        }
    }

    @Test
    void aFullQueueIsAnAnswer() throws InterruptedException {
        StoreSettings small = new StoreSettings(folder, 1, 1, 1, Duration.ofSeconds(1));
        try (Database database = Database.open(small)) {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            database.write(handle -> {
                started.countDown();
                return block(go);
            });
            assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
            Future<Integer> waiting = database.write(handle -> 2);
            assertThat(failure(database.write(handle -> 3)).code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
            go.countDown();
            assertThat(Await.of(waiting)).isEqualTo(2);
        }
    }

    @Test
    void answersOnTheContextOfTheOneWhoAsked() {
        Vertx vertx = Vertx.vertx();
        try (Database database = open()) {
            Context context = vertx.getOrCreateContext();
            Future<Boolean> same = Future.future(promise -> context.runOnContext(ignored -> database.read(handle -> 1)
                    .onComplete(done -> promise.complete(context.equals(Vertx.currentContext())))));
            assertThat(Await.of(same)).isTrue();
        } finally {
            Await.of(vertx.close());
        }
    }

    @Test
    void endsWhatWasHandedInBeforeItIsClosed() {
        Database database = open();
        Future<Integer> last = database.write(handle -> insert(handle, "a"));
        database.close();
        assertThat(Await.of(last)).isEqualTo(1);
        assertThat(failure(database.write(handle -> 1)).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(failure(database.read(handle -> 1)).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    }

    @Test
    void aFullDiskFailsTheBatchAndNothingElse() {
        try (Database database = open()) {
            Await.of(database.write(handle -> insert(handle, "a")));
            Await.of(database.write(handle -> handle.execute("PRAGMA max_page_count = 30")));
            Failure full = failure(database.write(handle -> insert(handle, "x".repeat(1 << 20))));
            assertThat(full.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(full.message()).startsWith("no room is left on the disk of " + folder);
            Await.of(database.write(handle -> insert(handle, "b")));
            assertThat(names(database)).containsExactly("a", "b");
        }
    }

    @Test
    void aSecondGatewayIsKeptOutOfTheFolder() {
        try (Database database = open()) {
            assertThat(names(database)).isEmpty();
            assertThat(refused())
                    .isEqualTo("the data folder " + folder + " is in use by process "
                            + ProcessHandle.current().pid() + ": stop it, or start this one with another folder");
        }
    }

    @Test
    void tellsThatAnotherProgramHoldsALock() throws SQLException {
        open().close();
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");
            assertThat(refused()).startsWith("another program holds a lock on " + folder.resolve("hearth.db"));
        }
    }

    @Test
    void tellsThatTheFileIsDamaged() throws IOException {
        open().close();
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("hearth.db").toFile(), "rw")) {
            file.write("this is no database at all, it is text".repeat(200).getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(refused()).contains("is damaged or no database of Hearth");
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

    @Test
    void tellsThatTheFolderCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        HearthException refused = catchThrowableOfType(
                HearthException.class, () -> Database.open(StoreSettings.in(file.resolve("data"))));
        assertThat(refused.failure().message()).contains("cannot be written");
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
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("hearth.db"));
    }

    private static Failure failure(Future<?> future) {
        return catchThrowableOfType(HearthException.class, () -> Await.of(future))
                .failure();
    }

    private static int insert(Handle handle, String name) {
        return handle.execute(
                "INSERT INTO function (namespace, name, next_number, created_at) VALUES ('default', ?, 1, 0)", name);
    }

    private static int block(CountDownLatch go) {
        try {
            return go.await(20, TimeUnit.SECONDS) ? 1 : 0;
        } catch (InterruptedException stopped) {
            throw new AssertionError("interrupted", stopped);
        }
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
