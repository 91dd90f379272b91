package dev.hearth.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway does when its PostgreSQL goes, comes back, or belongs to somebody else. */
final class PostgresFaultIT {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static PostgresContainer server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = PostgresContainer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whatWasAcknowledgedSurvivesTheServersDeathAndTheRestWasRefused() throws InterruptedException {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Set<String> refused = ConcurrentHashMap.newKeySet();
        Set<String> unknown = ConcurrentHashMap.newKeySet();
        Set<ErrorCode> codes = ConcurrentHashMap.newKeySet();
        AtomicBoolean going = new AtomicBoolean(true);
        CountDownLatch some = new CountDownLatch(200);
        CountDownLatch failed = new CountDownLatch(20);
        CountDownLatch later = new CountDownLatch(200);
        AtomicBoolean back = new AtomicBoolean();
        try (Database database = Database.open(settings("killed"))) {
            List<Thread> writers = IntStream.range(0, 8)
                    .mapToObj(writer -> Thread.ofPlatform().start(() -> {
                        for (int i = 0; going.get(); i++) {
                            String name = "w" + writer + "-" + i;
                            try {
                                Await.of(database.write(handle -> insert(handle, name)));
                                acknowledged.add(name);
                                some.countDown();
                                if (back.get()) {
                                    later.countDown();
                                }
                            } catch (HearthException told) {
                                refused.add(name);
                                codes.add(told.failure().code());
                                if (told.failure().message().contains("it is not known")) {
                                    unknown.add(name);
                                }
                                failed.countDown();
                            }
                        }
                    }))
                    .toList();
            some.await();
            server.kill();
            failed.await();
            server.startAgain();
            server.awaitAnswer();
            back.set(true);
            // The writers go on by themselves as soon as they can.
            later.await();
            going.set(false);
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(codes).containsExactly(ErrorCode.STORE_UNAVAILABLE);
            assertThat(names(database)).containsAll(acknowledged);
            assertThat(Set.copyOf(names(database)))
                    .as("what was refused is not there")
                    .doesNotContainAnyElementsOf(refused.stream()
                            .filter(name -> !unknown.contains(name))
                            .toList());
        }
    }

    @Test
    void connectionsThatBrokeWhileNobodyLookedCostNobodyAnything() throws SQLException {
        try (Database database = Database.open(settings("idle"))) {
            Await.of(database.write(handle -> insert(handle, "a")));
            endAllSessions();
            assertThat(names(database)).containsExactly("a");
            endAllSessions();
            Await.of(database.write(handle -> insert(handle, "b")));
            assertThat(names(database)).containsExactly("a", "b");
        }
    }

    @Test
    void aSecondHeadOfTheSameNameIsRefusedAndMayStartAfterTheFirst() {
        StoreSettings second = StoreSettings.in(folder.resolve("second"));
        try (Database first = Database.open(settings("shared"))) {
            assertThat(first.epoch()).isPositive();
            assertThat(refused(within(second, "shared")))
                    .startsWith("another gateway works on the database 127.0.0.1:")
                    .contains("under the name standalone");
            Database.open(within(second, "shared").as("other")).close();
        }
        Database.open(within(second, "shared")).close();
    }

    @Test
    void anOlderVersionThatSharesWithNobodyIsRefusedAndRefuses() throws SQLException {
        try (Connection old = server.connect();
                Statement statement = old.createStatement()) {
            settings("old");
            statement.execute("SET search_path = old");
            statement.execute("SELECT pg_advisory_lock(" + 0x48656172 + ", hashtext(current_schema()))");
            assertThat(refused(settings("old"))).contains("shares it with nobody");
        }
    }

    @Test
    void oneWhoWasReplacedWhileItsConnectionWasGoneBeginsAnotherLifeAndIsTold() throws SQLException {
        AtomicInteger replaced = new AtomicInteger();
        try (Database first = Database.open(settings("replaced"))) {
            first.onReplaced(replaced::incrementAndGet);
            Await.of(first.write(handle -> insert(handle, "first")));
            long before = first.epoch();
            endAllSessions();
            StoreSettings second = within(StoreSettings.in(folder.resolve("second")), "replaced");
            try (Database other = Database.open(second)) {
                Await.of(other.write(handle -> insert(handle, "second")));
                assertThat(failure(first.write(handle -> insert(handle, "late")))
                                .message())
                        .startsWith("another gateway works on the database");
            }
            // For a second after its last try it says what it was told then.
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (replaced.get() == 0 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                first.write(handle -> 1).otherwise(0);
            }
            Await.of(first.write(handle -> insert(handle, "later")));
            assertThat(replaced).hasValue(1);
            assertThat(first.epoch()).isEqualTo(before + 2);
            assertThat(names(first)).containsExactly("first", "later", "second");
        }
    }

    @Test
    void anOwnSessionThatTheServerStillBelievesInLocksNobodyOut() throws IOException {
        try (DeafLink link = new DeafLink(server.port())) {
            PostgresServer direct = settings("deaf").server().orElseThrow();
            PostgresServer linked = new PostgresServer(
                    direct.url().replace(":" + server.port() + "/", ":" + link.port() + "/"),
                    direct.user(),
                    direct.password(),
                    direct.answerTimeout());
            StoreSettings patient = new StoreSettings(folder, 2, 8_192, 256, Duration.ofSeconds(10)).on(linked);
            try (Database database = Database.open(patient)) {
                Await.of(database.write(handle -> insert(handle, "before")));
                link.cut();
                Await.of(database.write(handle -> insert(handle, "after")));
                assertThat(names(database)).containsExactly("after", "before");
            }
        }
    }

    @Test
    void saysWhyItCannotStartAndNeverThePassword() {
        PostgresServer right = server.server("", PATIENCE);
        assertThat(refused(on(new PostgresServer(right.url(), right.user(), "wrong-sesame", PATIENCE))))
                .contains("does not let us in", "store.password")
                .doesNotContain("sesame");
        assertThat(refused(on(new PostgresServer(
                        right.url().replace("/postgres", "/none"), right.user(), right.password(), PATIENCE))))
                .startsWith("there is no database 127.0.0.1:")
                .contains("CREATE DATABASE hearth");
        assertThat(refused(on(new PostgresServer("jdbc:postgresql://127.0.0.1:1/hearth", "ada", "sesame", PATIENCE))))
                .startsWith("the database 127.0.0.1:1/hearth does not answer")
                .doesNotContain("sesame");
    }

    @Test
    void nothingIsWrongWithWhatANodeHasWritten() {
        try (Database database = Database.open(settings("checked"))) {
            Await.of(database.write(handle -> insert(handle, "bare")));
            assertThat(StoreCheck.of(settings("checked")).findings())
                    .extracting(StoreCheck.Finding::what)
                    .contains("the function default/bare has no revision");
        }
    }

    private StoreSettings settings(String schema) {
        return within(StoreSettings.in(folder), schema);
    }

    private static StoreSettings within(StoreSettings settings, String schema) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
        return on(settings, server.server("?currentSchema=" + schema, Duration.ofSeconds(2)));
    }

    private StoreSettings on(PostgresServer postgres) {
        return on(StoreSettings.in(folder), postgres);
    }

    private static StoreSettings on(StoreSettings like, PostgresServer postgres) {
        return new StoreSettings(like.folder(), 2, 8_192, 256, PATIENCE).on(postgres);
    }

    private static void endAllSessions() throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    + " WHERE application_name = 'hearth' AND pid <> pg_backend_pid()");
        }
    }

    private static String refused(StoreSettings settings) {
        return catchThrowableOfType(
                        HearthException.class, () -> Database.open(settings).close())
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

    private static List<String> names(Database database) {
        return Await.of(database.read(handle -> handle.createQuery("SELECT name FROM function ORDER BY name")
                .mapTo(String.class)
                .list()));
    }
}
