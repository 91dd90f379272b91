package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.gateway.durable.DurableStore.AttemptEnd;
import dev.hearth.gateway.durable.Outputs.Output;
import dev.hearth.gateway.durable.RetryRule.Next;
import dev.hearth.gateway.invocation.Completions;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.Kept;
import dev.hearth.gateway.invocation.NewCall;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.Work;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts at asynchronous invocations: each is on disk before it is dispatched, and its end is one transaction, written
 * again and again until the database takes it. Lives on the calls' event loop.
 */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final long AGAIN_MILLIS = 500;

    /** Long enough to be for ever, short enough to be added to any time. */
    private static final long FOREVER_MILLIS = 1L << 46;

    private final Vertx vertx;
    private final Database database;
    private final RetryRule rule;
    private final Ports ports;
    private @Nullable DurableCalls queue;
    private boolean stopped;

    /**
     * What attempts need of the calls and of others.
     *
     * @param submit hands a call to the scheduler
     * @param cancel ends a call that is in flight; false when none is
     * @param logs the whole log of an attempt that has ended, as JSON; empty when it cannot be had
     */
    record Ports(
            Consumer<NewCall> submit,
            Predicate<InvocationId> cancel,
            Function<InvocationRecord, Future<String>> logs,
            Completions completions,
            Outbox outbox,
            DurableMeters meters) {}

    Attempts(Vertx vertx, Database database, DurableSettings settings, Ports ports) {
        this.vertx = vertx;
        this.database = database;
        this.rule = new RetryRule(settings);
        this.ports = ports;
    }

    void tell(DurableCalls calls) {
        queue = calls;
    }

    private DurableCalls queue() {
        return Objects.requireNonNull(queue, "no queue");
    }

    /** Hands an invocation to the scheduler. */
    void submit(DurableCall call, Revision revision) {
        QueuedRow row = call.row;
        long now = System.currentTimeMillis();
        Kept kept = new Kept(
                row.submittedAt(),
                row.dueAt(),
                row.attempts(),
                row.terms().parent(),
                Math.min(
                        row.terms().timeoutMillis(), revision.limits().timeout().toMillis()),
                row.bytesIn(),
                record -> prepare(call, record));
        ports.submit()
                .accept(new NewCall(
                        call.id(),
                        revision,
                        "",
                        Buffer.buffer(),
                        Buffer.buffer(),
                        Math.min(row.expiresIn(now), FOREVER_MILLIS),
                        new AttemptResponder(call, database, (record, output) -> heard(call, record, output)),
                        Optional.of(kept)));
    }

    private Future<Kept.Event> prepare(DurableCall call, InvocationRecord record) {
        int withdrawn = call.open;
        Kept.Event held = call.event;
        call.open = record.attempts();
        return database.write(handle -> {
                    DurableStore.begin(handle, database.head(), record, withdrawn);
                    return held == null ? DurableStore.event(handle, call.id()) : held;
                })
                .onFailure(trouble -> {
                    call.open = withdrawn;
                    queue().trouble();
                });
    }

    private void heard(DurableCall call, InvocationRecord record, Output output) {
        if (call.dropped) {
            LOG.debug("event=outcome_for_another_head id={}", call.id());
            queue().left(call.id());
        } else {
            ended(call, record, output);
        }
    }

    /** An attempt has ended, well or not. */
    private void ended(DurableCall call, InvocationRecord record, Output output) {
        Next next = call.cancelled && record.failure().isPresent()
                ? new Next.Done(record.failure().map(Attempts::cancelled))
                : rule.after(
                        record.failure(),
                        call.row.terms(),
                        call.row.past(),
                        call.row.expiresIn(System.currentTimeMillis()),
                        ThreadLocalRandom.current().nextDouble());
        boolean ran = call.open != 0 && !stopped;
        Future<String> log = ran ? ports.logs().apply(record) : Future.succeededFuture("");
        log.otherwise("").onSuccess(text -> {
            AttemptEnd end = new AttemptEnd(call.open, record, text);
            switch (next) {
                case Next.Done done -> finish(call, end, record.withFailure(done.failure()), output);
                case Next.Again again -> retry(call, end, again);
            }
        });
    }

    private DurableStore.Whose whose(DurableCall call) {
        return new DurableStore.Whose(call.id(), database.head());
    }

    private static Failure cancelled(Failure last) {
        return last.code() == ErrorCode.CANCELLED
                ? last
                : new Failure(
                        ErrorCode.CANCELLED,
                        "it was cancelled; its last attempt ended with " + last.code() + ": " + last.message(),
                        last.type(),
                        last.stack(),
                        last.logTail(),
                        last.ran());
    }

    /** Ends an invocation of which no attempt is under way. */
    Future<Void> end(DurableCall call, Failure failure) {
        QueuedRow row = call.row;
        InvocationRecord record = new InvocationRecord(
                row.id(),
                row.callee(),
                true,
                row.terms().parent(),
                InvocationState.DONE,
                row.submittedAt(),
                0,
                0,
                System.currentTimeMillis(),
                "",
                StartKind.COLD,
                Timings.NONE,
                row.bytesIn(),
                0,
                Traffic.NONE,
                Optional.of(failure),
                row.attempts(),
                "");
        return finish(call, AttemptEnd.NONE, record, Output.NONE);
    }

    private Future<Void> finish(DurableCall call, AttemptEnd end, InvocationRecord record, Output output) {
        boolean success = record.failure().isEmpty();
        String target = call.row.terms().destination(success);
        boolean told = !target.isEmpty()
                && record.failure().map(f -> f.code() != ErrorCode.CANCELLED).orElse(true);
        return insist(call, handle -> {
                    boolean first =
                            DurableStore.done(handle, whose(call), end, record.failure(), output, record.endedAt());
                    if (first && told) {
                        ports.outbox().add(handle, record, target, output.contentType(), output.whole());
                    }
                    return first;
                })
                .onSuccess(first -> {
                    queue().ended(call, first);
                    if (first) {
                        ports.meters().ended(success);
                        ports.completions().ended(record);
                    }
                    if (told) {
                        ports.outbox().wake();
                    }
                })
                .mapEmpty();
    }

    private void retry(DurableCall call, AttemptEnd end, Next.Again again) {
        long now = System.currentTimeMillis();
        insist(call, handle -> DurableStore.again(handle, whose(call), end, again, now))
                .onSuccess(waits -> {
                    ports.meters().retried();
                    if (waits) {
                        queue().waits(call, now + again.waitMillis());
                    } else {
                        queue().ended(call, false);
                    }
                });
    }

    /** Writes until it is written: what has happened must not be forgotten because a disk is full for a while. */
    private <T> Future<T> insist(DurableCall call, Work<T> work) {
        Promise<T> written = Promise.promise();
        insist(call, work, written);
        return written.future();
    }

    private <T> void insist(DurableCall call, Work<T> work, Promise<T> written) {
        database.write(work).onComplete(written::complete, trouble -> {
            if (stopped || call.dropped) {
                // The next start finds the attempt open and takes it for lost.
                written.fail(trouble);
                return;
            }
            LOG.warn("event=end_not_written reason=\"{}\" action=retry", trouble.getMessage());
            queue().trouble();
            vertx.setTimer(AGAIN_MILLIS, ignored -> insist(call, work, written));
        });
    }

    /** Asks for the end of one that may be in flight; false when it is not. */
    boolean cancel(DurableCall call) {
        boolean found = ports.cancel().test(call.id());
        if (!found) {
            LOG.debug("event=cancelled_at_its_end id={}", call.id());
        }
        return found;
    }

    void stop() {
        stopped = true;
    }
}
