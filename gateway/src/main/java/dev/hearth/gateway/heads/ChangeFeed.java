package dev.hearth.gateway.heads;

import dev.hearth.common.function.FunctionName;
import dev.hearth.gateway.invocation.RecordFilter;
import dev.hearth.gateway.store.Changes;
import dev.hearth.gateway.store.Changes.Line;
import dev.hearth.gateway.store.Changes.Topic;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what other heads have changed read again, in the order of the changes; lives on one event loop.
 *
 * <p>A change is passed over only when what it concerns was read after it. Lines are kept for a while; whoever was away for
 * longer reads everything.
 */
public final class ChangeFeed {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
    private static final int AT_ONCE = 1_000;
    private static final Duration KEPT = Duration.ofMinutes(15);

    private final Database database;
    private final Readers readers;
    private long seen;
    private boolean reading;
    private boolean failing;

    /**
     * What reads again.
     *
     * @param functions those of these names
     * @param allFunctions every function
     */
    public record Readers(
            Function<Collection<FunctionName>, Future<Void>> functions,
            Supplier<Future<Void>> allFunctions,
            Supplier<Future<Void>> keys,
            Supplier<Future<Void>> drains) {}

    public ChangeFeed(Database database, Readers readers) {
        this.database = database;
        this.readers = readers;
    }

    /** To be called before what changes concern is read for the first time. */
    public Future<Void> open() {
        return database.read(Changes::last).onSuccess(last -> seen = last).mapEmpty();
    }

    /** Called some times a second. */
    public void poll() {
        if (reading) {
            return;
        }
        reading = true;
        database.read(handle -> Changes.after(handle, seen, AT_ONCE))
                .compose(this::read)
                .onSuccess(ignored -> failing = false)
                .onFailure(this::tell)
                .onComplete(ignored -> reading = false);
    }

    private void tell(Throwable trouble) {
        if (!failing) {
            LOG.warn("event=changes_not_read reason=\"{}\" action=retry", trouble.getMessage());
        }
        failing = true;
    }

    private Future<Void> read(List<Line> lines) {
        if (lines.isEmpty()) {
            return Future.succeededFuture();
        }
        boolean missed = lines.getFirst().number() > seen + 1;
        return Future.join(
                        functions(lines, missed),
                        missed || concerns(lines, Topic.KEY) ? readers.keys().get() : Future.succeededFuture(),
                        missed || concerns(lines, Topic.DRAIN)
                                ? readers.drains().get()
                                : Future.succeededFuture())
                .onSuccess(ignored -> seen = lines.getLast().number())
                .mapEmpty();
    }

    private Future<Void> functions(List<Line> lines, boolean missed) {
        if (missed) {
            LOG.warn("event=changes_missed seen={} action=\"all functions are read again\"", seen);
            return readers.allFunctions().get();
        }
        List<FunctionName> names = lines.stream()
                .filter(line -> line.topic() == Topic.FUNCTION)
                .map(line -> RecordFilter.function(line.subject()))
                .distinct()
                .toList();
        return names.isEmpty() ? Future.succeededFuture() : readers.functions().apply(names);
    }

    private static boolean concerns(List<Line> lines, Topic topic) {
        return lines.stream().anyMatch(line -> line.topic() == topic);
    }

    /** Called now and then. */
    public void forget() {
        if (database.leads()) {
            long before = System.currentTimeMillis() - KEPT.toMillis();
            database.write(handle -> Changes.forget(handle, before))
                    .onFailure(trouble -> LOG.warn("event=changes_not_forgotten reason=\"{}\"", trouble.getMessage()));
        }
    }
}
