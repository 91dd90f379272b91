package dev.hearth.gateway.usage;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.UsageReply;
import dev.hearth.common.bus.UsageReport;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what functions use and stores it at a steady beat: a kill loses what came since the last one.
 *
 * <p>Lives on one event loop, that of the calls. One write is under way at a time; what it could not store is kept and goes
 * with the next.
 */
public final class Usage {
    private static final Logger LOG = LoggerFactory.getLogger(Usage.class);
    private static final long FORGET_MILLIS = Duration.ofHours(1).toMillis();

    private final Context context;
    private final Database database;
    private final UsageSettings settings;
    private final InstantSource clock;
    private final Ledger ledger;
    private final ReportsSeen reports = new ReportsSeen();
    private Future<Void> writing = Future.succeededFuture();
    private boolean failing;

    /**
     * Not started yet.
     *
     * @param context the event loop of the calls
     */
    public Usage(Context context, Database database, UsageSettings settings, InstantSource clock) {
        this.context = context;
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.ledger = new Ledger(settings.functions());
    }

    /** Reads which functions have an account today and begins to listen; to be called on the context. */
    public Future<Void> start() {
        long today = Ledger.dayOf(clock.millis());
        return database.read(handle -> UsageRows.accounts(handle, today)).map(stored -> {
            ledger.opens(today, stored);
            context.owner().eventBus().consumer(BusAddress.USAGE, this::heard);
            context.owner().setPeriodic(settings.flush().toMillis(), ignored -> store());
            context.owner().setPeriodic(FORGET_MILLIS, ignored -> forget());
            forget();
            return null;
        });
    }

    /** An attempt has ended; on the context only. */
    public void ended(InvocationRecord record) {
        ledger.ended(record);
    }

    private void heard(Message<BusMessage> message) {
        if (message.body() instanceof UsageReport report) {
            // Without an answer it comes again, to this head or to another.
            isNew(report)
                    .onSuccess(counts -> {
                        if (counts) {
                            long now = clock.millis();
                            report.revisions().forEach(entry -> ledger.used(entry, now));
                        }
                        message.reply(new UsageReply(report.sequence()), BusCodec.options());
                    })
                    .onFailure(cause -> LOG.debug("event=usage_report_not_taken node={}", report.node(), cause));
        }
    }

    /** Where other heads may be asked too, the database knows which reports were counted. */
    private Future<Boolean> isNew(UsageReport report) {
        return database.others().isPresent()
                ? database.write(handle -> UsageRows.isNew(handle, report))
                : Future.succeededFuture(reports.isNew(report));
    }

    /** Stores what was counted; done when all that was counted before is stored or was not; on the context only. */
    private Future<Void> store() {
        if (!writing.isComplete()) {
            return writing;
        }
        List<Ledger.Line> lines = ledger.take();
        if (lines.isEmpty()) {
            return writing;
        }
        writing = database.<Integer>write(handle -> {
                    UsageRows.add(handle, lines);
                    return lines.size();
                })
                .onFailure(cause -> {
                    ledger.giveBack(lines);
                    tell(cause);
                })
                .onSuccess(ignored -> failing = false)
                .mapEmpty();
        return writing;
    }

    private void tell(Throwable cause) {
        if (!failing) {
            LOG.warn("event=usage_not_stored reason=\"{}\" action=\"kept, and tried again\"", cause.getMessage());
        }
        failing = true;
    }

    private void forget() {
        if (!database.leads()) {
            return;
        }
        long before = Ledger.dayOf(clock.millis()) - settings.keepFor().toDays();
        database.write(handle -> UsageRows.forget(handle, before))
                .onSuccess(gone -> {
                    if (gone > 0) {
                        forget();
                    }
                })
                .onFailure(cause -> LOG.warn("event=usage_not_forgotten reason=\"{}\"", cause.getMessage()));
    }

    /** Stores all that was counted up to now; from any thread, answered on the caller's. */
    Future<Void> stored() {
        return onContext(() -> writing.otherwiseEmpty().compose(ignored -> store()));
    }

    private Future<Void> onContext(Supplier<Future<Void>> work) {
        Promise<Void> promise = Promise.promise();
        Context caller = context.owner().getOrCreateContext();
        context.runOnContext(ignored -> work.get()
                .onComplete(done -> caller.runOnContext(back -> {
                    if (done.succeeded()) {
                        promise.complete();
                    } else {
                        promise.fail(done.cause());
                    }
                })));
        return promise.future();
    }

    /** The last write of an orderly stop. */
    public Future<Void> stop() {
        return stored().otherwiseEmpty();
    }

    /** {@code /v1/usage}. */
    public UsageRoutes routes() {
        return new UsageRoutes(this, database, settings.prices(), clock);
    }
}
