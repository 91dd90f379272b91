package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Consumer;

/** One call from its acceptance to its outcome; lives on one event loop. */
final class CallInFlight {
    final NewCall call;
    final long submittedAt;
    private final long accepted = System.nanoTime();
    private long dispatched;
    private InvocationState state = InvocationState.SCHEDULABLE;
    private final Callee callee;
    private final long bytesIn;
    private Kept.Event event;
    private int attempt;
    private String node = "";
    private long dispatchedAt;
    private long startedAt;
    private long endedAt;
    private long overdueAt;
    private StartKind start = StartKind.COLD;
    private Timings timings = Timings.NONE;
    private long bytesOut;
    private Traffic network = Traffic.NONE;
    private String why = "";
    private boolean lacking;
    private Optional<Failure> failure = Optional.empty();
    private int sent;
    private int credit;
    private boolean answering;
    private boolean cancelled;
    private boolean told;
    private long answerLength = -1;
    private long answeringAt;

    CallInFlight(NewCall call, long now) {
        this.call = call;
        this.callee = Callee.of(call.revision());
        this.submittedAt = call.kept().map(Kept::submittedAt).orElse(now);
        this.attempt = call.kept().map(Kept::attempts).orElse(0);
        this.event = new Kept.Event(call.contentType(), call.headers(), call.body());
        this.bytesIn = call.kept().map(Kept::bytes).orElse((long) call.body().length());
    }

    InvocationId id() {
        return call.id();
    }

    Revision revision() {
        return call.revision();
    }

    int attempt() {
        return attempt;
    }

    String node() {
        return node;
    }

    /** Whether this attempt is the one under way: a call that waits for its next has the number of the last, which is over. */
    boolean isAt(int number) {
        return !node.isEmpty() && attempt == number;
    }

    /** It waits for what no node has; empty: for nothing but room. */
    void lacks(String sentence) {
        if (lacking || !sentence.isEmpty()) {
            why = sentence;
            lacking = !sentence.isEmpty();
        }
    }

    /** Begins the next attempt. */
    void placed(String target, long now, CallSettings settings) {
        lacks("");
        attempt++;
        told = false;
        node = target;
        dispatchedAt = now;
        dispatched = System.nanoTime();
        state = InvocationState.RUNNING;
        long own = revision().limits().timeout().toMillis()
                + revision().limits().init().toMillis();
        overdueAt = dispatched / 1_000_000
                + own
                + settings.startBudget().toMillis()
                + settings.slack().toMillis();
    }

    /** The event of one that is kept in the database. */
    void bring(Kept.Event kept) {
        event = kept;
    }

    /** Somebody asked for its end. */
    void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    /** Whether its node has been told of it. */
    boolean dispatched() {
        return told;
    }

    /** The message for the node. */
    Dispatch dispatch(CallSettings settings) {
        told = true;
        Buffer body = event.body();
        sent = Math.min(body.length(), BusAddress.INLINE);
        credit = BusAddress.WINDOW - sent;
        boolean more = sent < body.length();
        return new Dispatch(
                id(),
                attempt,
                settings.epoch(),
                settings.gateway(),
                revision().id(),
                settings.startBudget().toMillis(),
                call.kept().map(Kept::timeoutMillis).orElse(0L),
                event.contentType(),
                event.headers(),
                body.length(),
                more ? body.slice(0, sent) : body,
                more);
    }

    /** Sends as much of the body as the node's credit allows. */
    void sendBody(int newCredit, Consumer<Chunk> out) {
        credit += newCredit;
        Buffer body = event.body();
        while (sent < body.length() && credit > 0) {
            int length = Math.min(Math.min(BusAddress.INLINE, credit), body.length() - sent);
            int end = sent + length;
            Chunk.End last = end == body.length() ? Chunk.End.COMPLETE : Chunk.End.OPEN;
            out.accept(new Chunk(id(), attempt, body.slice(sent, end), last));
            sent = end;
            credit -= length;
        }
    }

    /** The node would not take it: back to the queue. */
    void refused(String reason) {
        state = InvocationState.SCHEDULABLE;
        why = "node " + node + " had no room: " + reason;
        node = "";
        dispatchedAt = 0;
    }

    void started(StartKind kind, long at) {
        start = kind;
        startedAt = at;
    }

    /** Its answer begins; -1 when its length is not known. */
    void answering(long length, long now) {
        answering = true;
        answeringAt = now;
        answerLength = length;
    }

    /** How long it has run, its answer's way to the client included, in this machine's time. */
    long ranMillis(long now) {
        return timings.run() / 1000 + (now - answeringAt);
    }

    long answerLength() {
        return answerLength;
    }

    /** While the client takes parts of the answer nothing is overdue: how long that lasts is the client's affair. By the monotonic clock. */
    void clientTook(long now, CallSettings settings) {
        long own = revision().limits().timeout().toMillis();
        overdueAt = Math.max(overdueAt, now + own + settings.slack().toMillis());
    }

    void ran(StartKind kind, Timings spent, long at, String reason) {
        start = kind;
        timings = spent;
        startedAt = at;
        if (!reason.isEmpty()) {
            why = reason;
        }
    }

    boolean answering() {
        return answering;
    }

    void counted(int bytes) {
        bytesOut += bytes;
    }

    /** What it moved over its network, in all so far. */
    void moved(Traffic traffic) {
        network = traffic;
    }

    Traffic network() {
        return network;
    }

    long bytesOut() {
        return bytesOut;
    }

    void ended(Optional<Failure> cause, long now) {
        state = InvocationState.DONE;
        failure = cause;
        endedAt = now;
    }

    /** How long it was in the queue, up to its last dispatch, on the monotonic clock. */
    long queuedNanos(long now) {
        return (node.isEmpty() ? now : dispatched) - accepted;
    }

    /** How long ago it was accepted. */
    long tookNanos(long now) {
        return now - accepted;
    }

    /** By the monotonic clock, since that of the machine may be set. */
    boolean overdue(long now) {
        return state == InvocationState.RUNNING && now > overdueAt;
    }

    InvocationRecord record() {
        return new InvocationRecord(
                id(),
                callee,
                call.kept().isPresent(),
                call.kept().flatMap(Kept::parent),
                state,
                submittedAt,
                dispatchedAt,
                startedAt,
                endedAt,
                node,
                start,
                timings,
                bytesIn,
                bytesOut,
                network,
                failure,
                attempt,
                why);
    }
}
