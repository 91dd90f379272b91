package dev.hearth.gateway.heads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Changes;
import dev.hearth.gateway.store.Changes.Topic;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.Stores;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Heads on one PostgreSQL: who lives, who leads, what is taken over, and what a head that was replaced finds. */
@Timeout(90)
final class HeadsPostgresIT {
    private static final HeadSettings QUICK = new HeadSettings(Duration.ofSeconds(1), Duration.ofMillis(50));

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Await.of(vertx.close());
    }

    private Database open(String head) {
        return Database.open(Stores.postgres(folder, head));
    }

    /** A head whose rows are those of the drained nodes, by a prefix of their names. */
    private final class One implements AutoCloseable {
        final Database database;
        final Heads heads;
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        One(String name) {
            database = open(name);
            Context loop = vertx.getOrCreateContext();
            heads = new Heads(loop, database, name, QUICK);
            heads.inherits(new Estate() {
                @Override
                public Moved move(Handle handle, String from, int most) {
                    int rows = handle.execute(
                            "UPDATE drained_node SET node = ? || substr(node, ?) WHERE node IN (SELECT node"
                                    + " FROM drained_node WHERE node LIKE ? LIMIT 2)",
                            name,
                            from.length() + 1,
                            from + "-%");
                    return new Moved(rows == 2 ? most : rows, () -> told.add("moved " + rows + " of " + from));
                }

                @Override
                public void reread() {
                    told.add("reread");
                }
            });
            loop.runOnContext(ignored -> {
                heads.start();
                heads.serve();
            });
        }

        void owns(String row) {
            Await.of(database.write(handle -> handle.execute(
                    "INSERT INTO drained_node (node, since) VALUES (?, 0)", database.head() + "-" + row)));
        }

        List<String> rows() {
            return Await.of(database.read(handle -> handle.createQuery("SELECT node FROM drained_node ORDER BY node")
                    .mapTo(String.class)
                    .list()));
        }

        String hears() throws InterruptedException {
            String heard = told.poll(30, TimeUnit.SECONDS);
            return heard == null ? "nothing" : heard;
        }

        void sees(String... others) throws InterruptedException {
            for (int i = 0; i < 300 && !heads.others().equals(List.of(others)); i++) {
                assertThat(told.poll(100, TimeUnit.MILLISECONDS)).isNull();
            }
            assertThat(heads.others()).containsExactly(others);
        }

        @Override
        public void close() {
            database.close();
        }
    }

    @Test
    void theLongestServingLeadsAndTakesOverWhatOneThatIsGoneHad() throws Exception {
        try (One a = new One("a")) {
            assertThat(a.hears()).as("what was there before heads had names").isEqualTo("moved 0 of ");
            One b = new One("b");
            a.sees("b");
            b.sees("a");
            assertThat(a.database.leads()).isTrue();
            assertThat(b.database.leads()).isFalse();
            for (String row : List.of("1", "2", "3")) {
                b.owns(row);
            }
            b.close();

            assertThat(a.hears()).isEqualTo("moved 2 of b");
            assertThat(a.hears()).isEqualTo("moved 1 of b");
            assertThat(a.rows()).containsExactly("a-1", "a-2", "a-3");
            a.sees();
        }
    }

    @Test
    void oneWhoIsSilentButConnectedIsCutOffAndBeginsAnewWhenItWrites() throws Exception {
        Database silent = open("b");
        AtomicInteger replaced = new AtomicInteger();
        silent.onReplaced(replaced::incrementAndGet);
        long before = silent.epoch();
        Await.of(silent.write(handle -> handle.execute("INSERT INTO drained_node (node, since) VALUES ('b-1', 0)")));
        try (One a = new One("a")) {
            for (int i = 0; i < 3 && !a.rows().contains("a-1"); i++) {
                assertThat(a.hears()).startsWith("moved");
            }
            assertThat(a.rows()).containsExactly("a-1");

            Await.of(silent.write(handle -> handle.execute("INSERT INTO drained_node (node, since) VALUES ('x', 0)")));

            assertThat(replaced).hasValue(1);
            assertThat(silent.epoch()).isGreaterThan(before);
            assertThat(a.rows()).containsExactly("a-1", "x");
        } finally {
            silent.close();
        }
    }

    @Test
    void oneThatHangsInATransactionDoesNotHoldTheOthersUp() throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (One a = new One("a");
                Database hung = open("b")) {
            a.owns("x");
            long before = hung.epoch();
            Future<Integer> half = hung.write(handle -> {
                handle.execute("UPDATE drained_node SET since = since + 1 WHERE node = 'a-x'");
                within.countDown();
                return await(goOn);
            });
            await(within);

            // Without an end to that transaction this one would wait for its row for good.
            Await.of(a.database.write(
                    handle -> handle.execute("UPDATE drained_node SET since = since + 10 WHERE node = 'a-x'")));
            goOn.countDown();

            assertThat(Await.of(half)).as("done again from the start").isOne();
            assertThat(hung.epoch()).isGreaterThan(before);
            int sum = Await.of(a.database.read(handle -> handle.createQuery("SELECT since FROM drained_node")
                    .mapTo(Integer.class)
                    .one()));
            assertThat(sum).isEqualTo(11);
        } finally {
            goOn.countDown();
        }
    }

    private static int await(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS) ? 1 : 0;
        } catch (InterruptedException stopped) {
            throw new AssertionError("interrupted", stopped);
        }
    }

    @Test
    void oneThatWasReplacedComesBackAlthoughItHasNothingToWrite() throws Exception {
        try (One a = new One("a");
                One b = new One("b")) {
            a.hears();
            a.sees("b");
            long before = b.database.epoch();
            int cut = Await.of(
                    a.database.aside(handle -> a.database.others().orElseThrow().cut(handle, "b")));
            Await.of(a.database.write(handle -> handle.execute("DELETE FROM head_life WHERE id = 'b'")));

            assertThat(cut).isOne();
            assertThat(b.hears()).isEqualTo("reread");
            assertThat(b.database.epoch()).isGreaterThan(before);
            a.sees("b");
        }
    }

    @Test
    void changesAreSeenInTheOrderOfTheirCommitsByAll() throws Exception {
        try (Database a = open("a");
                Database b = open("b")) {
            for (int i = 0; i < 50; i++) {
                String subject = "f" + i;
                Await.of((i % 2 == 0 ? a : b).write(handle -> {
                    (a.head().isEmpty() ? b : a).changes().note(handle, Topic.FUNCTION, subject);
                    return 1;
                }));
            }
            List<Changes.Line> lines = Await.of(b.read(handle -> Changes.after(handle, 0, 100)));
            assertThat(lines).hasSize(50);
            assertThat(lines.getFirst()).isEqualTo(new Changes.Line(1, Topic.FUNCTION, "f0"));
            assertThat(lines.getLast()).isEqualTo(new Changes.Line(50, Topic.FUNCTION, "f49"));
            long last = Await.of(a.read(Changes::last));
            assertThat(last).isEqualTo(50);
        }
    }

    /** Each waits for a row that the other has: the server ends one of the two, which is done again. */
    @Test
    void batchesThatStandInEachOthersWayAreDoneAgain() throws Exception {
        try (Database a = open("a");
                Database b = open("b")) {
            Await.of(a.write(
                    handle -> handle.execute("INSERT INTO drained_node (node, since) VALUES ('one', 0), ('two', 0)")));
            var both = List.of(crossing(a, "one", "two"), crossing(b, "two", "one"));
            both.forEach(Await::of);
            int sum = Await.of(a.read(handle -> handle.createQuery("SELECT sum(since) FROM drained_node")
                    .mapTo(Integer.class)
                    .one()));
            assertThat(sum).isEqualTo(4);
        }
    }

    private static Future<Integer> crossing(Database database, String first, String second) {
        return database.write(handle -> {
            handle.execute("UPDATE drained_node SET since = since + 1 WHERE node = ?", first);
            handle.execute("SELECT pg_sleep(0.3)");
            return handle.execute("UPDATE drained_node SET since = since + 1 WHERE node = ?", second);
        });
    }
}
