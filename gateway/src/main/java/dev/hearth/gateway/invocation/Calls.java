package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.BeatEcho;
import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.CallResult.Answered;
import dev.hearth.common.bus.CallResult.Failed;
import dev.hearth.common.bus.Cancel;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Credit;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.Moved;
import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.bus.Refused;
import dev.hearth.common.bus.Started;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.Ran;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.scheduler.Cancellation;
import dev.hearth.gateway.scheduler.Decision;
import dev.hearth.gateway.scheduler.Decision.Expire;
import dev.hearth.gateway.scheduler.Decision.Place;
import dev.hearth.gateway.scheduler.Finish;
import dev.hearth.gateway.scheduler.NodeLoss;
import dev.hearth.gateway.scheduler.Scheduler;
import dev.hearth.gateway.scheduler.Submission.Accepted;
import dev.hearth.gateway.scheduler.Submission.Rejected;
import dev.hearth.gateway.scheduler.Ticket;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every call between its acceptance and its outcome, and the scheduler that places them.
 *
 * <p>The single writer of both: lives on one event loop, all methods are called there. Carries out what the scheduler
 * decides and tells it what happened. Each call ends exactly once; what comes for a call that has ended, or for an older
 * attempt, is dropped.
 */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private final Scheduler scheduler;
    private final CallBus bus;
    private final CallSettings settings;
    private final CallMeters meters;
    private final RecordRing records;
    private final Completions completions;
    private final Map<InvocationId, CallInFlight> inFlight = new HashMap<>();
    private final WallClock clock = new WallClock();
    private final Whereabouts whereabouts = new Whereabouts();
    private boolean stopping;

    Calls(Scheduler scheduler, CallBus bus, CallSettings settings, CallMeters meters, Completions completions) {
        this.scheduler = scheduler;
        this.bus = bus;
        this.settings = settings;
        this.meters = meters;
        this.completions = completions;
        this.records = new RecordRing(settings.mostRecords(), settings.mostRecordBytes(), meters::dropped);
    }

    /** Accepts a call; its responder hears how it ends. */
    void submit(NewCall call) {
        long now = now();
        CallInFlight accepted = new CallInFlight(call, System.currentTimeMillis());
        if (stopping) {
            end(accepted, Endings.stops(accepted, Ran.NO), 1);
            return;
        }
        inFlight.put(call.id(), accepted);
        long arrivedAt =
                call.kept().map(kept -> clock.monotonic(kept.dueAt(), now)).orElse(now);
        switch (scheduler.submit(Tickets.of(call, now), now, arrivedAt)) {
            case Accepted a -> {
                carryOut(a.decisions());
                lacks(accepted);
            }
            case Rejected r -> {
                end(accepted, Endings.queueFull(r), r.retryAfter().toSeconds());
                carryOut(r.decisions());
            }
        }
    }

    /** A call that waits says what no node has, if that is why. */
    private void lacks(CallInFlight call) {
        if (call.node().isEmpty()) {
            call.lacks(scheduler.lacking(Tickets.demand(call.revision())));
        }
    }

    /** What a node says of one of its calls. */
    void heard(CallMessage message) {
        CallInFlight call = inFlight.get(message.id());
        if (call == null || !call.isAt(message.attempt())) {
            LOG.debug("event=late_message type={} id={}", message.getClass().getSimpleName(), message.id());
            return;
        }
        switch (message) {
            case Outcome m
            when m.epoch() != settings.epoch() ->
                LOG.warn("event=outcome_of_an_earlier_life id={} epoch={}", m.id(), m.epoch());
            case Outcome m -> outcome(call, m);
            case Chunk m -> part(call, m);
            case Credit m -> call.sendBody(m.bytes(), chunk -> bus.send(call.node(), chunk));
            case Moved m -> call.moved(m.traffic());
            case Started m -> call.started(m.start(), m.startedAt());
            case Refused m -> refused(call, m.reason());
            case Dispatch m -> throw new IllegalStateException("a dispatch came to a gateway");
            case Cancel m -> throw new IllegalStateException("a cancel came to a gateway");
        }
    }

    private void outcome(CallInFlight call, Outcome outcome) {
        if (call.answering()) {
            return;
        }
        switch (outcome.result()) {
            case Answered answer -> {
                call.answering(answer.totalLength(), System.currentTimeMillis());
                call.ran(outcome.start(), outcome.timings(), outcome.startedAt(), outcome.why());
                call.counted(answer.body().length());
                if (answer.more()) {
                    Telling.client(call, responder -> responder.answered(call.record(), answer));
                    pass(call, answer.body());
                } else {
                    finish(call, Optional.empty());
                    Telling.client(call, responder -> responder.answered(call.record(), answer));
                    freed(call, true);
                }
            }
            case Failed failed -> {
                call.ran(outcome.start(), outcome.timings(), outcome.startedAt(), outcome.why());
                end(call, failed.failure(), 0);
                freed(call, failed.failure().code() == ErrorCode.FUNCTION_ERROR);
            }
        }
    }

    private void pass(CallInFlight call, Buffer bytes) {
        Credit credit = new Credit(call.id(), call.attempt(), bytes.length());
        Context here = Vertx.currentContext();
        call.call.responder().part(bytes).onComplete(ignored -> {
            // The client's connection may belong to another event loop than the calls do.
            if (here == null || here.equals(Vertx.currentContext())) {
                taken(call, credit);
            } else {
                here.runOnContext(back -> taken(call, credit));
            }
        });
    }

    private void taken(CallInFlight call, Credit credit) {
        call.clientTook(now(), settings);
        bus.send(call.node(), credit);
    }

    private void part(CallInFlight call, Chunk chunk) {
        if (!call.answering()) {
            return;
        }
        call.counted(chunk.bytes().length());
        if (chunk.bytes().length() > 0) {
            pass(call, chunk.bytes());
        }
        if (chunk.end() != Chunk.End.OPEN) {
            boolean complete = chunk.end() == Chunk.End.COMPLETE;
            finish(call, complete ? Optional.empty() : Optional.of(Endings.brokenOff(call)));
            Telling.client(call, responder -> responder.ended(call.record(), complete));
            freed(call, complete);
        }
    }

    private void refused(CallInFlight call, String reason) {
        String node = call.node();
        whereabouts.left(call);
        call.refused(reason);
        meters.refused();
        carryOut(scheduler.refused(call.id(), node, now()));
        if (call.cancelled()) {
            cancel(call.id());
        }
    }

    /** Nobody wants the call any more: its responder hears how it ends. False when it is not in flight. */
    boolean cancel(InvocationId id) {
        CallInFlight call = inFlight.get(id);
        if (call == null) {
            return false;
        }
        call.cancel();
        Cancellation cancellation = scheduler.cancel(id, now());
        carryOut(cancellation.decisions());
        switch (cancellation) {
            case Cancellation.Running running
            when call.dispatched() -> bus.send(running.node(), new Cancel(id, call.attempt()));
            case Cancellation.Running running -> {
                end(call, Endings.cancelled(call), 0);
                carryOut(scheduler.ended(id, running.node(), Finish.NEVER_RAN, now()));
            }
            case Cancellation.Removed removed -> end(call, Endings.cancelled(call), 0);
            case Cancellation.Unknown unknown -> LOG.debug("event=cancelled_at_its_end id={}", id);
        }
        return true;
    }

    private void freed(CallInFlight call, boolean kept) {
        long run = call.record().timings().run() / 1000;
        Finish finish = kept ? Finish.keeping(run) : Finish.losing(run);
        carryOut(scheduler.ended(call.id(), call.node(), finish, now()));
    }

    /** A node said what it has. */
    void node(NodeStatus status, boolean drained) {
        carryOut(scheduler.node(Tickets.view(status, drained), now()));
    }

    /** A node is silent, gone or began a new life: what ran there is lost. */
    void nodeLost(String node, String reason) {
        NodeLoss loss = scheduler.nodeLost(node, now());
        bus.forget(node);
        for (Ticket ticket : loss.running()) {
            CallInFlight call = inFlight.get(ticket.id());
            if (call != null) {
                end(call, Endings.lost(call, node, reason), 0);
            }
        }
        carryOut(loss.decisions());
    }

    /** A node said which calls it has: one that it should have and has not will never end by itself. */
    void echoed(BeatEcho echo) {
        for (CallInFlight call : whereabouts.missing(echo)) {
            LOG.warn("event=call_missing id={} node={}", call.id(), echo.node());
            gone(call, "a message was lost with the connection to it");
        }
    }

    private void gone(CallInFlight call, String reason) {
        end(call, Endings.lost(call, call.node(), reason), 0);
        carryOut(scheduler.ended(call.id(), call.node(), Finish.NEVER_RAN, now()));
    }

    /** Called some times a second: queued calls whose time is up, patience, calls that a node never answered. */
    void tick() {
        carryOut(scheduler.tick(now()));
        long now = now();
        List<CallInFlight> overdue = new ArrayList<>();
        inFlight.values().forEach(call -> {
            if (call.overdue(now)) {
                overdue.add(call);
            }
        });
        for (CallInFlight call : overdue) {
            LOG.warn("event=call_overdue id={} node={}", call.id(), call.node());
            gone(call, "no outcome came within the call's own limits");
        }
    }

    private void carryOut(List<Decision> decisions) {
        for (Decision decision : decisions) {
            switch (decision) {
                case Place place -> place(place);
                case Expire expire -> expire(expire.id());
            }
        }
    }

    private void place(Place place) {
        CallInFlight call = inFlight.get(place.id());
        if (call == null) {
            throw new IllegalStateException("placed a call that is not in flight: " + place.id());
        }
        call.placed(place.node(), System.currentTimeMillis(), settings);
        Optional<Kept> kept = call.call.kept();
        if (kept.isEmpty()) {
            send(call);
        } else {
            prepare(call, kept.get());
        }
    }

    /** The call keeps its place on the node while its attempt is written down. */
    private void prepare(CallInFlight call, Kept kept) {
        int attempt = call.attempt();
        kept.preparation().before(call.record()).onComplete(done -> {
            if (inFlight.get(call.id()) != call || call.attempt() != attempt) {
                return;
            }
            if (done.succeeded()) {
                call.bring(done.result());
                send(call);
            } else {
                end(call, Endings.notPrepared(done.cause()), 1);
                carryOut(scheduler.ended(call.id(), call.node(), Finish.NEVER_RAN, now()));
            }
        });
    }

    private void send(CallInFlight call) {
        Dispatch dispatch = call.dispatch(settings);
        String node = call.node();
        whereabouts.sent(call, now());
        bus.send(node, dispatch)
                .onFailure(cause -> undelivered(call, dispatch.attempt(), String.valueOf(cause.getMessage())));
        call.sendBody(0, chunk -> bus.send(node, chunk));
    }

    private void undelivered(CallInFlight call, int attempt, String reason) {
        if (inFlight.containsKey(call.id()) && call.attempt() == attempt) {
            refused(call, "it did not take the message: " + reason);
        }
    }

    private void expire(InvocationId id) {
        CallInFlight call = inFlight.get(id);
        if (call != null) {
            lacks(call);
            end(call, Endings.noRoom(call), 1);
        }
    }

    private void end(CallInFlight call, Failure failure, long retryAfterSeconds) {
        boolean headOut = call.answering();
        finish(call, Optional.of(failure));
        if (headOut) {
            Telling.client(call, responder -> responder.ended(call.record(), false));
        } else {
            Telling.client(call, responder -> responder.failed(call.record(), failure, retryAfterSeconds));
        }
    }

    private void finish(CallInFlight call, Optional<Failure> failure) {
        call.ended(failure, System.currentTimeMillis());
        inFlight.remove(call.id());
        whereabouts.left(call);
        InvocationRecord record = call.record();
        long now = System.nanoTime();
        meters.ended(record, call.queuedNanos(now), call.tookNanos(now));
        if (!record.async()) {
            records.add(record);
            completions.ended(record);
        }
    }

    Optional<InvocationRecord> find(InvocationId id) {
        CallInFlight call = inFlight.get(id);
        return call != null ? Optional.of(call.record()) : records.find(id);
    }

    /** Newest first. */
    List<InvocationRecord> newest(RecordFilter filter) {
        return Stream.concat(inFlight.values().stream().map(CallInFlight::record), records.all())
                .filter(filter::takes)
                .sorted(Comparator.comparing(InvocationRecord::id).reversed())
                .limit(filter.limit())
                .toList();
    }

    Completions completions() {
        return completions;
    }

    Pace pace() {
        return new Pace(scheduler.meanRunMillis(), scheduler.slots());
    }

    int inFlight() {
        return inFlight.size();
    }

    /** Tells the meters what waits now. */
    void sample() {
        meters.waiting(new CallMeters.Waiting(
                scheduler.queued(), scheduler.oldestAge(now()), inFlight.size(), records.size()));
    }

    /** Ends every call and takes no more: the gateway stops. */
    void shutDown() {
        stopping = true;
        for (CallInFlight call : List.copyOf(inFlight.values())) {
            end(call, Endings.stops(call, call.node().isEmpty() ? Ran.NO : Ran.UNKNOWN), 1);
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
