package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.error.Ran;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.gateway.invocation.Kept.Event;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of asynchronous invocations: the database has all of it, the scheduler the oldest of each revision.
 *
 * <p>A window of each revision's queue is in memory; when half of it has gone the next ones are read. A call that is accepted
 * while nothing of its revision waits in the database alone goes to the scheduler at once. Lives on the calls' event loop.
 */
final class DurableCalls {
    private static final Logger LOG = LoggerFactory.getLogger(DurableCalls.class);
    private static final long TROUBLE_MILLIS = 1_000;
    private static final int EXPIRED_AT_ONCE = 200;

    private final Database database;
    private final DurableSettings settings;
    private final Acceptance acceptance;
    private final Attempts attempts;
    private final Function<RevisionId, Future<Optional<Revision>>> revisions;
    private final QueueCounts counts;
    private final DurableMeters meters;
    private final Map<RevisionId, Window> windows = new HashMap<>();
    private int loaded;
    private long loadedBytes;
    private long pausedUntil;
    /** Dropped, and still in flight: two of one id would be in each other's way. */
    private final Set<InvocationId> leaving = new HashSet<>();

    private final ClockWatch clock = new ClockWatch();
    private boolean expiring;
    private boolean stopped;
    private boolean recovering;
    private boolean unread;
    private int life;

    DurableCalls(
            Database database,
            DurableSettings settings,
            Attempts attempts,
            Function<RevisionId, Future<Optional<Revision>>> revisions,
            DurableMeters meters) {
        this.database = database;
        this.settings = settings;
        this.acceptance = new Acceptance(database, settings.acceptBatch());
        this.attempts = attempts;
        this.revisions = revisions;
        this.counts = new QueueCounts(settings.queue(), settings.queuePerFunction());
        this.meters = meters;
    }

    /** Takes up what an earlier life of this head has accepted. */
    Future<Void> recover() {
        long now = System.currentTimeMillis();
        int mine = life;
        recovering = true;
        return database.write(handle -> DurableStore.recover(handle, database.head(), now))
                .onSuccess(all -> {
                    if (mine == life) {
                        recovering = false;
                        all.forEach(this::found);
                    }
                })
                .mapEmpty();
    }

    /**
     * Another head may have taken over what this one had: forgets it all, and takes up what is its own.
     *
     * <p>Acceptances under way are on disk before the recovery reads, and counted by it, or after it has read.
     */
    void reread() {
        life++;
        recovering = true;
        List<DurableCall> had = new ArrayList<>();
        windows.values().forEach(window -> had.addAll(window.loaded.values()));
        windows.clear();
        counts.clear();
        loaded = 0;
        loadedBytes = 0;
        for (DurableCall call : had) {
            call.dropped = true;
            leaving.add(call.id());
            if (!attempts.cancel(call)) {
                leaving.remove(call.id());
            }
        }
        LOG.warn("event=queue_read_again loaded={} reason=\"another head may have taken them over\"", had.size());
        recoverInsisting();
    }

    private void recoverInsisting() {
        int mine = life;
        unread = false;
        recover().onFailure(trouble -> {
            LOG.warn("event=queue_not_read reason=\"{}\" action=retry", trouble.getMessage());
            unread |= mine == life;
            trouble();
        });
    }

    /** What was dropped has ended here: if it is still, or again, this head's, it may begin anew. */
    void left(InvocationId id) {
        leaving.remove(id);
    }

    /** Invocations of a head that is gone are this one's now, on disk; what is being read has them. */
    void takenOver(List<DurableStore.Waiting> moved) {
        if (!recovering) {
            moved.forEach(this::add);
        }
    }

    private Window add(DurableStore.Waiting waiting) {
        Window window = window(waiting.revision(), waiting.function());
        window.queued += waiting.queued();
        counts.add(waiting.function(), waiting.queued());
        window.wakeBy(0);
        return window;
    }

    private void found(DurableStore.Waiting waiting) {
        LOG.info("event=queue_recovered function={} queued={}", waiting.function(), waiting.queued());
        feed(add(waiting));
    }

    private Window window(RevisionId revision, FunctionName function) {
        return windows.computeIfAbsent(revision, id -> new Window(id, function));
    }

    /** Succeeds when the call is on disk; TOO_MANY_REQUESTS when the queue is full. */
    Future<Accepted> accept(NewInvocation call) {
        FunctionName function = call.revision().function();
        HearthException full = counts.refusal(function);
        if (full != null) {
            return Future.failedFuture(full);
        }
        int counted = life;
        counts.add(function, 1);
        return acceptance.write(call).onComplete(done -> {
            boolean fresh = done.succeeded() && !done.result().replayed();
            // What is being read counts it.
            boolean adds = fresh && !recovering;
            if (counted == life && !adds) {
                counts.remove(function);
            } else if (counted != life && adds) {
                counts.add(function, 1);
            }
            if (fresh) {
                meters.accepted();
                admitted(call);
            }
        });
    }

    private void admitted(NewInvocation call) {
        if (recovering) {
            return;
        }
        Window window = window(call.revision().id(), call.revision().function());
        long now = System.currentTimeMillis();
        boolean first = window.unloaded() == 0 && !window.reading() && call.dueAt() <= now;
        window.queued++;
        if (first && room(window) && now >= pausedUntil) {
            boolean held = loadedBytes + call.event().body().length()
                    <= settings.windowBytes().value();
            load(window, call.row(), held ? call.event() : null, Optional.of(call.revision()));
        } else {
            window.wakeBy(call.dueAt());
            feed(window);
        }
    }

    private boolean room(Window window) {
        return !stopped && window.loaded.size() < settings.window() && loaded < settings.windows();
    }

    /** Reads the next ones of a revision when half of those that were in memory have gone. */
    private void feed(Window window) {
        long now = System.currentTimeMillis();
        boolean due = window.unloaded() > 0 && window.wakeAt <= now && now >= pausedUntil;
        if (!due || window.reading() || window.loaded.size() > settings.window() / 2 || !room(window)) {
            return;
        }
        int reads = life;
        window.beginReading();
        window.wakeAt = Long.MAX_VALUE;
        int limit = settings.window() + window.loaded.size();
        revisions
                .apply(window.revision)
                .compose(revision -> database.read(
                                handle -> DurableStore.oldest(handle, database.head(), window.revision, limit))
                        .onSuccess(rows -> {
                            if (reads == life) {
                                fill(window, rows, rows.size() == limit, revision);
                            }
                        }))
                .onFailure(trouble -> {
                    LOG.warn("event=queue_not_read function={} reason=\"{}\"", window.function, trouble.getMessage());
                    window.wakeBy(System.currentTimeMillis() + TROUBLE_MILLIS);
                })
                .onComplete(ignored -> window.endReading());
    }

    private void fill(Window window, List<QueuedRow> rows, boolean more, Optional<Revision> revision) {
        long now = System.currentTimeMillis();
        if (more) {
            window.wakeBy(now);
        }
        for (QueuedRow row : rows) {
            if (window.loaded.containsKey(row.id()) || window.stale(row.id())) {
                continue;
            }
            if (leaving.contains(row.id())) {
                window.wakeBy(now + TROUBLE_MILLIS);
                continue;
            }
            long dueIn = row.dueIn(now);
            if (dueIn > 0 || !room(window)) {
                window.wakeBy(now + dueIn);
                return;
            }
            load(window, row, null, revision);
        }
    }

    private void load(Window window, QueuedRow row, @Nullable Event event, Optional<Revision> revision) {
        DurableCall call = new DurableCall(row, event);
        window.loaded.put(call.id(), call);
        loaded++;
        loadedBytes += event == null ? 0 : event.body().length();
        if (row.expired(System.currentTimeMillis())) {
            attempts.end(
                    call,
                    RetryRule.expired(Failure.before(ErrorCode.NO_CAPACITY, "its turn came too late"), row.past()));
        } else if (revision.isEmpty()) {
            attempts.end(
                    call,
                    Failure.before(
                            ErrorCode.FUNCTION_NOT_FOUND,
                            "function " + row.callee().function() + " was deleted while invocation " + row.id()
                                    + " waited"));
        } else {
            attempts.submit(call, revision.get());
        }
    }

    private void unload(Window window, DurableCall call) {
        if (window.loaded.remove(call.id(), call)) {
            loaded--;
            loadedBytes -= call.event == null ? 0 : call.event.body().length();
        }
        window.changed(call.id());
    }

    /**
     * An invocation has ended, on disk.
     *
     * @param now whether it was this that ended it; else it had been ended before, and was counted then
     */
    void ended(DurableCall call, boolean now) {
        if (call.dropped) {
            return;
        }
        Window window = window(call.callee().revision(), call.callee().function());
        unload(window, call);
        if (now) {
            window.queued--;
            counts.remove(window.function);
        } else {
            window.wakeBy(System.currentTimeMillis());
        }
        feed(window);
        if (window.unused()) {
            windows.remove(window.revision, window);
        }
    }

    /** An invocation waits for its next attempt, on disk. */
    void waits(DurableCall call, long dueAt) {
        if (call.dropped) {
            return;
        }
        Window window = window(call.callee().revision(), call.callee().function());
        unload(window, call);
        window.wakeBy(dueAt);
        feed(window);
        if (call.cancelled) {
            cancel(call.id());
        }
    }

    /** The database has trouble: nothing more is begun for a moment. */
    void trouble() {
        pausedUntil = System.currentTimeMillis() + TROUBLE_MILLIS;
    }

    @Nullable
    DurableCall find(InvocationId id, RevisionId revision) {
        Window window = windows.get(revision);
        return window == null ? null : window.loaded.get(id);
    }

    /** Ends an invocation of this head that has not ended; false when there is none. Those who listen hear of its end. */
    Future<Boolean> cancel(InvocationId id) {
        int asked = life;
        return database.read(handle -> DurableStore.queued(handle, database.head(), id))
                .compose(found -> {
                    if (found.isEmpty() || asked != life) {
                        return Future.succeededFuture(false);
                    }
                    QueuedRow row = found.get();
                    Window window = window(row.callee().revision(), row.callee().function());
                    DurableCall call = window.loaded.get(id);
                    if (call != null) {
                        call.cancelled = true;
                        attempts.cancel(call);
                        return Future.succeededFuture(true);
                    }
                    // Nobody else ends it or begins an attempt while it is in memory.
                    DurableCall taken = new DurableCall(row, null);
                    taken.cancelled = true;
                    window.loaded.put(id, taken);
                    loaded++;
                    return attempts.end(
                                    taken,
                                    new Failure(
                                            ErrorCode.CANCELLED,
                                            "invocation " + id + " was cancelled while it waited",
                                            "",
                                            "",
                                            List.of(),
                                            row.attempts() == 0 ? Ran.NO : Ran.YES))
                            .map(true);
                });
    }

    /** Called some times a second: what is due now, what has expired, a clock that jumped. */
    void tick() {
        long wall = System.currentTimeMillis();
        if (clock.jumped()) {
            windows.values().forEach(window -> window.wakeBy(0));
        }
        if (unread && wall >= pausedUntil) {
            recoverInsisting();
        }
        List.copyOf(windows.values()).forEach(this::feed);
        expire(wall);
        meters.queued(counts.all(), loaded);
    }

    private void expire(long now) {
        if (expiring || stopped || recovering || now < pausedUntil || counts.all() == 0) {
            return;
        }
        expiring = true;
        database.read(handle -> DurableStore.expired(handle, database.head(), now, EXPIRED_AT_ONCE))
                .onSuccess(rows -> rows.forEach(this::expire))
                .onComplete(ignored -> expiring = false);
    }

    private void expire(QueuedRow row) {
        Window window = window(row.callee().revision(), row.callee().function());
        // The scheduler knows the dates of those that are in memory.
        if (!window.loaded.containsKey(row.id()) && !window.stale(row.id()) && !leaving.contains(row.id())) {
            load(window, row, null, Optional.empty());
        }
    }

    /** Invocations of the function that have not ended. */
    int queued(FunctionName function) {
        return counts.of(function);
    }

    /** Begins nothing any more. */
    void stop() {
        stopped = true;
        attempts.stop();
    }
}
