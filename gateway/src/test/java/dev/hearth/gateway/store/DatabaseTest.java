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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    void aPieceThatFailsTakesNothingOfTheOthersWithIt() throws InterruptedException {
        try (Database database = open()) {
            CountDownLatch go = new CountDownLatch(1);
            occupy(database, go);
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
    void whatAFailingPieceHasUndoneForOthersIsDoneAgain() throws InterruptedException {
        try (Database database = open()) {
            CountDownLatch go = new CountDownLatch(1);
            AtomicInteger runs = new AtomicInteger();
            occupy(database, go);
            Future<Integer> first = database.write(handle -> insert(handle, "a") + runs.incrementAndGet());
            Future<Integer> refused = database.write(handle -> {
                throw new HearthException(ErrorCode.CONFLICT, "no");
            });
            Future<Integer> reader = database.write(handle -> handle.createQuery("SELECT count(*) FROM function")
                    .mapTo(Integer.class)
                    .one());
            go.countDown();
            assertThat(Await.of(first)).as("the result of the last run").isEqualTo(1 + runs.get());
            assertThat(runs).hasValue(2);
            assertThat(failure(refused).message()).isEqualTo("no");
            assertThat(Await.of(reader)).isOne();
        }
    }

    @Test
    void keptStatementsReadAndWriteAndSurviveARollback() {
        String insert =
                "INSERT INTO function (namespace, name, next_number, serving, created_at) VALUES (?, ?, ?, ?, ?)";
        try (Database database = open()) {
            for (String name : List.of("a", "b", "c")) {
                Future<Integer> written =
                        database.write(handle -> Statements.update(handle, insert, "default", name, 1L, null, 0L));
                assertThat(Await.of(written)).isOne();
                assertThat(failure(database.write(
                                        handle -> Statements.update(handle, insert, "default", name, 1L, null, 0L)))
                                .code())
                        .isEqualTo(ErrorCode.INTERNAL);
            }
            Work<List<String>> after = handle -> Statements.query(
                    handle, "SELECT name FROM function WHERE name > ? ORDER BY name", row -> row.getString(1), "a");
            assertThat(Await.of(database.read(after))).containsExactly("b", "c");
            assertThat(Await.of(database.write(after))).containsExactly("b", "c");
        }
    }

    @Test
    void eachStartCountsTheEpochUp() {
        long before;
        try (Database database = open()) {
            before = database.epoch();
        }
        try (Database database = open()) {
            assertThat(database.epoch()).isEqualTo(before + 1);
        }
    }

    @Test
    void aFaultOfOursIsNotShownAsTheDatabases() {
        try (Database database = open()) {
            Work<Integer> broken = handle -> {
                throw new IllegalStateException("an assumption that does not hold");
            };
            Work<Integer> wrong = handle -> handle.execute("SELECT no_such_column FROM head");
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
            occupy(database, go);
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
        StoreSettings usual = store();
        StoreSettings small =
                new StoreSettings(folder, 1, 1, 1, Duration.ofSeconds(1), usual.startCheck(), usual.server());
        try (Database database = Database.open(small)) {
            CountDownLatch go = new CountDownLatch(1);
            occupy(database, go);
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
    void aSecondGatewayIsKeptOutOfTheFolder() {
        try (Database database = open()) {
            assertThat(names(database)).isEmpty();
            assertThat(refused())
                    .isEqualTo("the data folder " + folder + " is in use by process "
                            + ProcessHandle.current().pid() + ": stop it, or start this one with another folder");
        }
    }

    @Test
    void tellsThatTheFolderCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        HearthException refused = catchThrowableOfType(
                HearthException.class, () -> Database.open(StoreSettings.in(file.resolve("data"))));
        assertThat(refused.failure().message()).contains("cannot be written");
    }

    StoreSettings store() {
        return Stores.sqlite(folder);
    }

    private Database open() {
        return Database.open(store());
    }

    private String refused() {
        return catchThrowableOfType(HearthException.class, () -> open().close())
                .failure()
                .message();
    }

    private static Failure failure(Future<?> future) {
        return catchThrowableOfType(HearthException.class, () -> Await.of(future))
                .failure();
    }

    private static int insert(Handle handle, String name) {
        return handle.execute(
                "INSERT INTO function (namespace, name, next_number, created_at) VALUES ('default', ?, 1, 0)", name);
    }

    /** Keeps the writer at work until told; what is handed in meanwhile goes into one commit. */
    private static void occupy(Database database, CountDownLatch go) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        database.write(handle -> {
            started.countDown();
            return block(go);
        });
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
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
}
