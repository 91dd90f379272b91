package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** How many small durable writes a second the store takes, by how many wait at once; run by deploy/bench/store.sh. */
final class StoreBench {
    private static final int SAMPLES = 1_000_000;
    private static final byte[] BYTES = new byte[1024];
    private static final String ROW = "INSERT INTO bench (id, function, state, at, body) VALUES (?, ?, ?, ?, ?)";
    private static final String EVENT = "INSERT INTO bench_event (id, state, at) VALUES (?, ?, ?)";

    private final AtomicLong ids = new AtomicLong();
    private final Database database;
    private final Duration span;

    private StoreBench(Database database, Duration span) {
        this.database = database;
        this.span = span;
    }

    /** How a piece writes its two rows. */
    private enum Way {
        JDBI("two rows by Jdbi"),
        KEPT("two rows by kept statements"),
        REFUSED("the same, one piece in a hundred is refused");

        private final String words;

        Way(String words) {
            this.words = words;
        }
    }

    /** Arguments: folder for the databases, seconds for each row of the table. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]);
        Duration span = Duration.ofSeconds(Long.parseLong(arguments[1]));
        System.out.println("| a write | in flight | writes/s | p50 ms | p99 ms | most ms | writer's CPU us a write |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (Way way : Way.values()) {
            for (int inFlight : List.of(1, 16, 256)) {
                delete(folder);
                try (Database database = Database.open(StoreSettings.in(folder))) {
                    new StoreBench(database, span).row(way, inFlight);
                }
            }
        }
        delete(folder);
    }

    private void row(Way way, int inFlight) throws InterruptedException {
        Await.of(database.write(handle -> {
            handle.execute("CREATE TABLE bench (id TEXT NOT NULL PRIMARY KEY, function TEXT NOT NULL,"
                    + " state TEXT NOT NULL, at BIGINT NOT NULL, body BLOB)");
            return handle.execute(
                    "CREATE TABLE bench_event (id TEXT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL)");
        }));
        run(way, inFlight, span.dividedBy(4));
        long before = writerNanos();
        Run measured = run(way, inFlight, span);
        double cpu = (writerNanos() - before) / 1e3 / measured.done.get();
        long[] sorted = Arrays.copyOf(measured.nanos, (int) Math.min(SAMPLES, measured.done.get()));
        Arrays.sort(sorted);
        System.out.printf(
                "| %s | %d | %,.0f | %.2f | %.2f | %.1f | %.1f |%n",
                way.words,
                inFlight,
                measured.done.get() / (span.toMillis() / 1000.0),
                millis(sorted, 0.5),
                millis(sorted, 0.99),
                millis(sorted, 1),
                cpu);
    }

    /** Processor time of the thread that writes, which is about the same on a busy machine. */
    private static long writerNanos() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("store-writer"))
                .mapToLong(thread -> ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()))
                .sum();
    }

    private static double millis(long[] sorted, double share) {
        return sorted[(int) ((sorted.length - 1) * share)] / 1e6;
    }

    /** What came of one span. */
    private static final class Run {
        private final long[] nanos = new long[SAMPLES];
        private final AtomicLong done = new AtomicLong();
        private final CountDownLatch ended;
        private final long end;

        Run(int inFlight, Duration span) {
            this.ended = new CountDownLatch(inFlight);
            this.end = System.nanoTime() + span.toNanos();
        }
    }

    private Run run(Way way, int inFlight, Duration length) throws InterruptedException {
        Run run = new Run(inFlight, length);
        for (int i = 0; i < inFlight; i++) {
            next(run, way);
        }
        if (!run.ended.await(length.toSeconds() + 30, TimeUnit.SECONDS)) {
            throw new AssertionError("writes are missing");
        }
        return run;
    }

    private void next(Run run, Way way) {
        long began = System.nanoTime();
        if (began > run.end) {
            run.ended.countDown();
            return;
        }
        long id = ids.incrementAndGet();
        String key = "%026d".formatted((id * 0x9E3779B97F4A7C15L) >>> 1);
        database.write(handle -> write(handle, way, id, key)).onComplete(told -> {
            long number = run.done.getAndIncrement();
            run.nanos[(int) (number % SAMPLES)] = System.nanoTime() - began;
            next(run, way);
        });
    }

    private static int write(Handle handle, Way way, long id, String key) throws SQLException {
        if (way == Way.JDBI) {
            return handle.execute(ROW, key, "default/hello", "QUEUED", id, BYTES)
                    + handle.execute(EVENT, key, "NEW", id);
        }
        int rows = Statements.update(handle, ROW, key, "default/hello", "QUEUED", id, BYTES)
                + Statements.update(handle, EVENT, key, "NEW", id);
        if (way == Way.REFUSED && id % 100 == 0) {
            throw new HearthException(ErrorCode.CONFLICT, "as the bench wants it");
        }
        return rows;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
