package dev.hearth.gateway.durable;

import dev.hearth.common.bus.LogReply;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.gateway.http.BodyReader;
import dev.hearth.gateway.invocation.Archive;
import dev.hearth.gateway.invocation.Callables;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.InvocationRoutes;
import dev.hearth.gateway.invocation.Invocations;
import dev.hearth.gateway.invocation.Kept.Event;
import dev.hearth.gateway.invocation.NodeLogs;
import dev.hearth.gateway.invocation.Pace;
import dev.hearth.gateway.invocation.RecordFilter;
import dev.hearth.gateway.store.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/** Asynchronous invocations as the rest of the gateway sees them: composes their parts. */
public final class Durable implements Archive {
    private static final long TICK_MILLIS = 100;
    private static final long SWEEP_MILLIS = 10_000;
    private static final int LONGEST_RETRY_SECONDS = 3_600;
    private static final long FLUSH_MILLIS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final Database database;
    private final DurableSettings settings;
    private final Invocations invocations;
    private final Callables revisions;
    private final Outbox outbox;
    private final DurableCalls calls;
    private final Retention retention;
    private final SyncRecords syncRecords;

    /**
     * What it works with.
     *
     * @param context the calls' event loop
     * @param byId a revision that may be older than the one that serves
     * @param outbox takes on what is to be told of invocations that have ended
     */
    public record Parts(
            Context context,
            Database database,
            Invocations invocations,
            Callables revisions,
            Function<RevisionId, Future<Optional<Revision>>> byId,
            NodeLogs logs,
            Outbox outbox,
            MeterRegistry meters) {}

    public Durable(Parts parts, DurableSettings settings) {
        this.vertx = parts.context().owner();
        this.context = parts.context();
        this.database = parts.database();
        this.settings = settings;
        this.invocations = parts.invocations();
        this.revisions = parts.revisions();
        this.outbox = parts.outbox();
        DurableMeters meters = new DurableMeters(parts.meters());
        Attempts attempts = new Attempts(
                vertx,
                database,
                settings,
                new Attempts.Ports(
                        invocations.intake(),
                        invocations.cancels(),
                        record -> parts.logs().whole(record).map(Details::log),
                        invocations.completions(),
                        outbox,
                        meters));
        this.calls = new DurableCalls(database, settings, attempts, parts.byId(), meters);
        attempts.tell(calls);
        this.retention = new Retention(database, settings);
        this.syncRecords = new SyncRecords(database, settings.syncKeep(), settings.syncMost(), meters);
        invocations.completions().onEveryEnd(syncRecords::ended);
    }

    /** Takes up what an earlier life has accepted; to be called on the calls' event loop. */
    public Future<Void> start() {
        return calls.recover().onSuccess(ignored -> {
            vertx.setPeriodic(TICK_MILLIS, tick -> calls.tick());
            vertx.setPeriodic(SWEEP_MILLIS, tick -> retention.sweep());
            vertx.setPeriodic(FLUSH_MILLIS, tick -> syncRecords.flush());
        });
    }

    /** Forgets what is in memory and reads what this head owns; to be called on the calls' event loop. */
    public void reread() {
        calls.reread();
    }

    /**
     * Gives some of what a head that is gone has accepted to this one; one step of a transaction that the caller holds.
     *
     * @return what moved, for {@link #takenOver}
     */
    public List<Moved> move(Handle handle, String from, int most) {
        return DurableStore.move(handle, from, database.head(), System.currentTimeMillis(), most).stream()
                .map(Moved::new)
                .toList();
    }

    /** An invocation that another head had. */
    public static final class Moved {
        private final DurableStore.Waiting waiting;

        private Moved(DurableStore.Waiting waiting) {
            this.waiting = waiting;
        }
    }

    /** They are this head's now, on disk; to be called on the calls' event loop. */
    public void takenOver(List<Moved> moved) {
        calls.takenOver(moved.stream().map(one -> one.waiting).toList());
    }

    DurableCalls calls() {
        return calls;
    }

    /** Begins nothing any more; to be called on the calls' event loop, before the calls in flight are ended. */
    public void stop() {
        calls.stop();
    }

    /**
     * The routes of asynchronous invocations.
     *
     * @param bodies reads events
     * @param records the routes of records
     * @param destination checks where something is to be told and gives it in its usual form
     * @param imageWait how long a call waits for the image of its function's first revision
     * @param waitMost longest {@code ?wait=}
     */
    public Consumer<Router> routes(
            BodyReader bodies,
            InvocationRoutes records,
            UnaryOperator<String> destination,
            Duration imageWait,
            Duration waitMost) {
        AsyncEndpoint endpoint = new AsyncEndpoint(
                new AsyncEndpoint.Ports(bodies, revisions, context, calls::accept, this::retryAfter, imageWait),
                new AsyncTerms(settings, destination));
        OutputRoutes outputs = new OutputRoutes(database, records, waitMost);
        DeadLetterRoutes letters = new DeadLetterRoutes(database, revisions, context, calls::accept);
        return router -> {
            endpoint.addTo(router);
            outputs.addTo(router);
            letters.addTo(router);
        };
    }

    /** The predicted wait of one more call: those before it, one after the other in each slot. */
    private int retryAfter(FunctionName function) {
        Pace pace = invocations.paceNow();
        double millis = (double) calls.queued(function) * pace.meanMillis() / Math.max(1, pace.slots());
        return (int) Math.clamp(Math.ceil(millis / 1_000), 1, LONGEST_RETRY_SECONDS);
    }

    /**
     * Accepts a call on behalf of another invocation; from any thread.
     *
     * @param key asked again with the same one, no second invocation is made
     */
    public Future<InvocationId> accept(
            FunctionName function, String contentType, Buffer event, String key, Optional<InvocationId> parent) {
        Optional<Revision> revision = revisions.current(function);
        if (revision.isEmpty()) {
            return Future.failedFuture(new HearthException(
                    ErrorCode.FUNCTION_NOT_FOUND, "there is no function " + function + " that can be called"));
        }
        long now = System.currentTimeMillis();
        NewInvocation call = new NewInvocation(
                InvocationId.next(),
                revision.get(),
                new Event(contentType, Buffer.buffer(), event),
                now,
                now,
                0,
                0,
                new Terms(0, settings.retries(), settings.backoff().toMillis(), "", "", parent),
                key);
        Promise<InvocationId> told = Promise.promise();
        context.runOnContext(ignored -> calls.accept(call).map(Accepted::id).onComplete(told));
        return told.future();
    }

    @Override
    public Future<Map<InvocationId, InvocationRecord>> find(Collection<InvocationId> ids) {
        List<InvocationId> asked = List.copyOf(ids);
        return database.read(handle -> KeptRecords.find(handle, asked));
    }

    @Override
    public Future<Map<InvocationId, InvocationRecord>> ended(Collection<InvocationId> ids) {
        List<InvocationId> asked = List.copyOf(ids);
        return database.read(handle -> KeptRecords.ended(handle, asked));
    }

    @Override
    public Future<List<InvocationRecord>> newest(RecordFilter filter) {
        return database.read(handle -> KeptRecords.newest(handle, filter));
    }

    @Override
    public Future<JsonObject> more(InvocationRecord record) {
        return invocations
                .pace()
                .compose(pace ->
                        database.read(handle -> Details.of(handle, record.id(), pace.meanMillis(), pace.slots())))
                .compose(more ->
                        outbox.told(record.id()).map(told -> told.isEmpty() ? more : more.put("deliveries", told)));
    }

    @Override
    public Future<Optional<LogReply>> log(InvocationId id, int attempt) {
        return database.read(handle -> Details.log(handle, id, attempt));
    }

    @Override
    public Future<Boolean> cancel(InvocationId id) {
        return calls.cancel(id);
    }
}
