package dev.hearth.gateway.store;

import dev.hearth.common.error.HearthException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The head node's durable state: blocking work goes in, futures on the caller's context come out.
 *
 * <p>A future of {@link #write} succeeds only after its transaction is on disk. Failures are {@link HearthException}s:
 * those that the work threw itself, STORE_UNAVAILABLE with a sentence for the database's own trouble, and INTERNAL with the
 * id of a log entry for what should not have happened.
 */
public final class Database implements AutoCloseable {
    private static final int MOST_ASIDE = 16;

    private final Dialect dialect;
    private final FolderLock lock;
    private final Head head;
    private final GroupCommit writer;
    private final Readers readers;
    private final Readers aside;
    private final Changes changes;
    private volatile boolean leading = true;

    private Database(Dialect dialect, FolderLock lock, Head head, List<Session> sessions, StoreSettings settings) {
        this.dialect = dialect;
        this.lock = lock;
        this.head = head;
        this.changes = new Changes(dialect.others().isPresent());
        this.writer = new GroupCommit(sessions.getFirst(), dialect, settings);
        this.readers = new Readers(dialect, sessions.subList(2, sessions.size()), "store-reader-", settings.queue());
        this.aside = new Readers(dialect, sessions.subList(1, 2), "store-aside-", MOST_ASIDE);
    }

    /**
     * Opens the database of a folder or server, creating or upgrading it.
     *
     * @throws HearthException STORE_UNAVAILABLE with a sentence: in use, locked, damaged, of a newer version, not writable,
     *     not reachable
     */
    public static Database open(StoreSettings settings) {
        FolderLock lock = FolderLock.take(settings.folder());
        Dialect dialect = settings.dialect();
        List<Session> sessions = new ArrayList<>();
        try {
            Jdbi jdbi = Jdbi.create(dialect.dataSource());
            Head head = new Head(dialect, settings.owner());
            Session writer = new Session(jdbi, dialect, new Outage(settings.patience()), head::claim);
            sessions.add(writer);
            Handle writing = writer.handle();
            dialect.examine(writing);
            Schema.migrate(dialect);
            head.begin(writing);
            // Not the writer's: one that has lost its right to write can still read.
            Outage ofReaders = new Outage(settings.patience());
            for (int i = 0; i <= settings.readers(); i++) {
                Session reader = new Session(jdbi, dialect, ofReaders, handle -> {});
                sessions.add(reader);
                reader.handle();
            }
            return new Database(dialect, lock, head, sessions, settings);
        } catch (RuntimeException failure) {
            sessions.forEach(Session::close);
            lock.close();
            throw StoreFault.of(failure, dialect);
        }
    }

    /** Counts up at each start of a head node on this database, so that what an earlier one began is known as old. */
    public long epoch() {
        return head.epoch();
    }

    /** The name under which this head owns what it accepts; empty where there can be no other head. */
    public String head() {
        return head.id();
    }

    /** The locks of other heads that may work on this database; empty where there can be none. */
    public Optional<HeadLocks> others() {
        return dialect.others();
    }

    /** Notes what other heads must read again. */
    public Changes changes() {
        return changes;
    }

    /** Tells on the writer's thread, before any work of the new life, that another head took over what this one had. */
    public void onReplaced(Runnable listener) {
        head.onReplaced(listener);
    }

    /** Whether this head does what is to be done by one head alone, such as removing what is too old. */
    public boolean leads() {
        return leading;
    }

    /** Says whether this head does it. */
    public void lead(boolean leads) {
        leading = leads;
    }

    /** Runs the work in a transaction of the writer; the result is there when it is on disk. */
    public <T> Future<T> write(Work<T> work) {
        return write(work, result -> {});
    }

    /**
     * As {@link #write(Work)}; the follow-up runs on the writer's thread after the commit and before the future is told,
     * in the order of the commits: what keeps a snapshot in memory belongs there. It must be quick and not throw.
     */
    public <T> Future<T> write(Work<T> work, Consumer<T> committed) {
        Answer<T> answer = new Answer<>();
        writer.submit(work, new Piece.End<>() {
            @Override
            public void committed(T result) {
                try {
                    committed.accept(result);
                } finally {
                    answer.succeed(result);
                }
            }

            @Override
            public void failed(HearthException failure) {
                answer.fail(failure);
            }
        });
        return answer.future();
    }

    /** Runs the work on a reader's thread and connection, outside a transaction. */
    public <T> Future<T> read(Work<T> work) {
        return readers.read(work);
    }

    /**
     * Runs the work on a thread and a connection that are there for this alone, outside a transaction: for what must wait for no
     * other work, and changes only what its own head changes.
     */
    public <T> Future<T> aside(Work<T> work) {
        return aside.read(work);
    }

    /** Blocks until all work handed in before has ended, then closes connections and gives the folder back. */
    @Override
    public void close() {
        writer.close();
        readers.close();
        aside.close();
        lock.close();
    }
}
