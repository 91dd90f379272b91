package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.CallResult.Failed;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.Moved;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.bus.Refused;
import dev.hearth.common.bus.Started;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Contract;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.invoker.pool.CallKey;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import dev.hearth.invoker.sidechannel.RunHead;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call on this node, from its dispatch to its outcome; lives on the invoker's event loop.
 *
 * <p>Holds the event's body until a container takes it: at most the bus window of bytes, since the gateway sends more only
 * against credit, which is given when bytes went on to the container.
 */
final class Attempt {
    final Dispatch dispatch;
    final Revision revision;
    final CallKey key;
    final RunLimit limit;
    private final long arrived = System.nanoTime();
    private long granted;
    private long runBegan;
    private long startedAt;
    private long number;
    private Making.Cost making = Making.Cost.NONE;
    private @Nullable ContainerId containerId;
    private ImageFetches.Wait fetch = ImageFetches.Wait.NONE;
    private StartKind start = StartKind.COLD;
    private String why = "";
    private final ArrayDeque<Chunk> waiting = new ArrayDeque<>();
    private boolean announced;
    private boolean over;
    private Optional<ErrorCode> endsFor = Optional.empty();
    private long answerBytes;
    private long answerLength = -1;

    Attempt(Dispatch dispatch, Revision revision) {
        this.dispatch = dispatch;
        this.revision = revision;
        this.key = new CallKey(dispatch.id(), dispatch.attempt());
        this.limit = RunLimit.of(revision, dispatch.timeoutMillis());
    }

    InvocationId id() {
        return dispatch.id();
    }

    /** A container was found for it; a fresh one tells what making it cost. */
    void granted(LiveContainer container, Grant grant) {
        granted = System.nanoTime();
        start = grant.start();
        containerId = grant.container();
        if (start != StartKind.WARM) {
            making = container.engine.stopwatch().cost();
            why = start == StartKind.COLD
                    ? "cold: no idle container of " + revision.label() + " and no stem cell that covers it"
                    : "prewarmed: no idle container of " + revision.label() + ", a stem cell took its code";
        }
    }

    /** It waited for its image. */
    void fetched(ImageFetches fetches) {
        fetch = fetches.since(revision.containerImage(), arrived);
        if (!fetch.words().isEmpty()) {
            why = why.isEmpty() ? fetch.words() : why + "; " + fetch.words();
        }
    }

    /** No container was had in time: why. */
    Failure gaveUp(String node, ImageFetches fetches) {
        String time = " within " + dispatch.startBudgetMillis() + " ms and limits.init";
        return fetches.isUnderWay(revision.containerImage())
                ? Failure.before(
                        ErrorCode.IMAGE_PULL_FAILED,
                        "the image of " + revision.label() + " was not fetched to node " + node + time)
                : Failure.before(
                        ErrorCode.NO_CAPACITY,
                        "no container for " + revision.label() + " became free on node " + node + time);
    }

    /** Nobody wanted it any more before a container was had. */
    Failure cancelledInTime(String node) {
        return Failure.before(
                ErrorCode.CANCELLED,
                "invocation " + id() + " of " + revision.label()
                        + " was cancelled while it waited for a container on node " + node);
    }

    @Nullable
    ContainerId container() {
        return containerId;
    }

    /** It goes into its container, as the call of that number there: when its time is up, Unix milliseconds. */
    long runs(long call, long nowMillis) {
        number = call;
        runBegan = System.nanoTime();
        startedAt = nowMillis;
        return nowMillis + limit.time().toMillis();
    }

    /** Its number in its container; 0 before it runs. */
    long number() {
        return number;
    }

    /** Whether its run has gone on for longer than its limit. */
    boolean late(long nanos) {
        return runBegan != 0 && nanos - runBegan > limit.time().toNanos();
    }

    /** It must end: the first reason is the one that counts. */
    void endsFor(ErrorCode reason) {
        if (endsFor.isEmpty()) {
            endsFor = Optional.of(reason);
        }
    }

    /** Why it must end, if it must. */
    Optional<ErrorCode> endsFor() {
        return endsFor;
    }

    /** Whether no container was had in time; loading the code has a limit of its own, which comes on top. */
    boolean waitedTooLong(long nanos) {
        long patience = dispatch.startBudgetMillis() * 1_000_000
                + revision.limits().init().toNanos();
        return granted == 0 && !over && nanos - arrived > patience;
    }

    /** True once, for a run that has gone on for longer than that. */
    boolean announce(long nanos, long after) {
        boolean first = runBegan != 0 && !over && !announced && nanos - runBegan > after;
        announced |= first;
        return first;
    }

    Moved moved(Traffic traffic) {
        return new Moved(id(), dispatch.attempt(), traffic);
    }

    Started started(String node) {
        return new Started(id(), dispatch.attempt(), node, start, startedAt);
    }

    Refused refused(String node, String reason) {
        over = true;
        return new Refused(id(), dispatch.attempt(), dispatch.epoch(), node, reason);
    }

    void keep(Chunk chunk) {
        waiting.add(chunk);
    }

    @Nullable
    Chunk nextChunk() {
        return waiting.peek();
    }

    void sentChunk() {
        waiting.poll();
    }

    /** The answer begins: the length that it is said to have, -1 when unknown, and the bytes of its first part. */
    void answers(long declared, int first) {
        answerLength = declared;
        answerBytes = first;
    }

    /** Counts further bytes of the answer; false when they pass limits.egress or the length that it was said to have. */
    boolean countAnswer(int bytes) {
        answerBytes += bytes;
        return answerBytes <= revision.limits().egress().value() && (answerLength < 0 || answerBytes <= answerLength);
    }

    /** Whether as many bytes came as were promised: the client was told that number before the first of them. */
    boolean answerIsWhole() {
        return answerLength < 0 || answerBytes == answerLength;
    }

    boolean over() {
        return over;
    }

    /** Ends it: the message for the gateway. */
    Outcome ends(String node, CallResult result) {
        over = true;
        long now = System.nanoTime();
        long run = runBegan == 0 ? 0 : micros(runBegan, now);
        long place = Math.max(0, micros(arrived, granted == 0 ? now : granted) - making.sum() - fetch.micros());
        Timings timings = new Timings(place, making.image() + fetch.micros(), making.start(), making.init(), run);
        return new Outcome(id(), dispatch.attempt(), dispatch.epoch(), node, result, start, timings, startedAt, why);
    }

    Outcome fails(String node, Failure failure) {
        return ends(node, new Failed(failure));
    }

    /** What goes with the event into a container. */
    RunHead head(long number, long deadlineMillis) {
        return new RunHead(number, deadlineMillis, id().toString(), dispatch.contentType(), headers());
    }

    /** A server is told the length of an event that comes in parts: many take no chunks. */
    private Buffer headers() {
        boolean server = revision.contract().equals(Optional.of(Contract.HTTP));
        return server && dispatch.bodyLength() > 0
                ? Buffer.buffer("content-length: " + dispatch.bodyLength() + "\n")
                        .appendBuffer(dispatch.headers())
                : dispatch.headers();
    }

    Buffer firstPart() {
        return dispatch.body();
    }

    private static long micros(long from, long to) {
        return (to - from) / 1000;
    }
}
