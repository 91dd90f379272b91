package dev.hearth.invoker.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.hearth.common.bus.BeatEcho.Held;
import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Cancel;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Credit;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.bus.Refused;
import dev.hearth.common.bus.RevisionQuery;
import dev.hearth.common.bus.RevisionReply;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.invoker.pool.CallKey;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Turns bus messages into attempts: finds the revision of a dispatched call, keeps the parts of its body in order.
 *
 * <p>A revision is asked for once and remembered, bounded; it is immutable, so it is never stale.
 */
final class Intake {
    private final EventBus bus;
    private final Fleet fleet;
    private final String node;
    private final Cache<RevisionId, Revision> revisions;
    private final UnaryOperator<Revision> seen;
    private final Map<CallKey, Early> early = new HashMap<>();

    /** A call whose revision is asked for, with the parts of its body that came meanwhile. */
    private record Early(Dispatch dispatch, ArrayDeque<Chunk> parts) {}

    /**
     * An intake of this node.
     *
     * @param seen a revision as this node sees it
     */
    Intake(
            EventBus bus,
            Fleet fleet,
            String node,
            Cache<RevisionId, Revision> revisions,
            UnaryOperator<Revision> seen) {
        this.bus = bus;
        this.fleet = fleet;
        this.node = node;
        this.revisions = revisions;
        this.seen = seen;
    }

    /** The memory of revisions that intake and workshop share. */
    static Cache<RevisionId, Revision> memory(int most) {
        return Caffeine.newBuilder().maximumSize(most).build();
    }

    void heard(CallMessage message, Condition condition) {
        switch (message) {
            case Dispatch dispatch -> dispatched(dispatch, condition);
            case Chunk chunk -> part(chunk);
            case Credit credit -> credit(credit);
            case Cancel cancel -> cancel(cancel);
            default ->
                throw new IllegalStateException(
                        "not for an invoker: " + message.getClass().getSimpleName());
        }
    }

    private void dispatched(Dispatch dispatch, Condition condition) {
        if (!condition.ready()) {
            bus.send(
                    BusAddress.gateway(dispatch.replyTo()),
                    new Refused(dispatch.id(), dispatch.attempt(), dispatch.epoch(), node, condition.reason()),
                    BusCodec.options());
            return;
        }
        Revision known = revisions.getIfPresent(dispatch.revision());
        if (known != null) {
            fleet.take(new Attempt(dispatch, known));
        } else {
            early.put(key(dispatch), new Early(dispatch, new ArrayDeque<>()));
            ask(dispatch);
        }
    }

    private void ask(Dispatch dispatch) {
        RegistryAsk.ask(
                        bus,
                        new RevisionQuery(dispatch.revision()),
                        dispatch.startBudgetMillis(),
                        () -> early.containsKey(key(dispatch)))
                .onComplete(answer -> {
                    Optional<Revision> revision = answer.succeeded() && answer.result() instanceof RevisionReply r
                            ? r.revision()
                            : Optional.empty();
                    learnt(dispatch, revision.map(seen).orElse(null), answer.cause());
                });
    }

    private void learnt(Dispatch dispatch, @Nullable Revision revision, @Nullable Throwable fault) {
        Early call = early.remove(key(dispatch));
        if (call == null) {
            return;
        }
        if (revision == null) {
            Failure failure = fault == null
                    ? Failure.before(
                            ErrorCode.FUNCTION_NOT_FOUND,
                            "revision " + dispatch.revision() + " was deleted before the call began")
                    : Failure.before(ErrorCode.INTERNAL, "the registry did not answer: " + fault.getMessage());
            fail(dispatch, failure);
            return;
        }
        revisions.put(revision.id(), revision);
        Attempt attempt = new Attempt(dispatch, revision);
        call.parts().forEach(attempt::keep);
        fleet.take(attempt);
    }

    private void fail(Dispatch dispatch, Failure failure) {
        Outcome outcome = new Outcome(
                dispatch.id(),
                dispatch.attempt(),
                dispatch.epoch(),
                node,
                new CallResult.Failed(failure),
                StartKind.COLD,
                Timings.NONE,
                0,
                "");
        bus.send(BusAddress.gateway(dispatch.replyTo()), outcome, BusCodec.options());
    }

    private void cancel(Cancel cancel) {
        CallKey key = new CallKey(cancel.id(), cancel.attempt());
        Attempt attempt = fleet.attempt(key);
        Early call = early.remove(key);
        if (attempt != null) {
            fleet.cancel(attempt);
        } else if (call != null) {
            String message = "invocation " + cancel.id() + " was cancelled before node " + node + " knew its function";
            fail(call.dispatch(), Failure.before(ErrorCode.CANCELLED, message));
        }
    }

    /** Drops what came from that gateway and waits for its revision. */
    void abandon(String gateway) {
        early.values().removeIf(call -> call.dispatch().replyTo().equals(gateway));
    }

    /** Which calls of that gateway are on this node, those included whose revision is asked for. */
    List<Held> held(String gateway) {
        List<Held> held = new ArrayList<>();
        fleet.of(gateway).forEach(attempt -> held.add(held(attempt.key)));
        early.forEach((key, call) -> {
            if (call.dispatch().replyTo().equals(gateway)) {
                held.add(held(key));
            }
        });
        return held;
    }

    private static Held held(CallKey key) {
        return new Held(key.id(), key.attempt());
    }

    private void part(Chunk chunk) {
        CallKey key = new CallKey(chunk.id(), chunk.attempt());
        Attempt attempt = fleet.attempt(key);
        if (attempt != null) {
            attempt.keep(chunk);
            LiveContainer container = fleet.runs(attempt);
            if (container != null) {
                container.pumpBody(attempt);
            }
            return;
        }
        Early call = early.get(key);
        if (call != null) {
            call.parts().add(chunk);
        }
    }

    private void credit(Credit credit) {
        Attempt attempt = fleet.attempt(new CallKey(credit.id(), credit.attempt()));
        LiveContainer container = attempt == null ? null : fleet.runs(attempt);
        if (attempt != null && container != null) {
            container.answerCredit(attempt, credit.bytes());
        }
    }

    private static CallKey key(Dispatch dispatch) {
        return new CallKey(dispatch.id(), dispatch.attempt());
    }
}
