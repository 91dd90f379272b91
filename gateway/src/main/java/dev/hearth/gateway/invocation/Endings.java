package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.error.Ran;
import dev.hearth.common.function.Limits;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import dev.hearth.gateway.scheduler.Submission;
import java.util.List;

/** Why a call failed when no node said so: the sentences with the numbers compared. */
final class Endings {
    /** Largest frame of a container, and so the largest part of an answer. */
    private static final int FRAME = 64 * 1024;

    private Endings() {}

    static Failure brokenOff(CallInFlight call) {
        Limits limits = call.revision().limits();
        String message = "the answer was broken off after " + call.bytesOut() + " bytes";
        if (call.cancelled()) {
            return Failure.during(ErrorCode.CANCELLED, message + ": the invocation was cancelled");
        }
        // Of an answer of known length nothing is passed on when it is too long. Of others the part that would have
        // passed the limit is missing, and a part has at most the size of a frame.
        if (call.answerLength() < 0 && call.bytesOut() + FRAME > limits.egress().value()) {
            return Failure.during(
                    ErrorCode.EGRESS_EXCEEDED,
                    message + ": the next part would have passed limits.egress, which is " + limits.egress());
        }
        if (call.network().sent() > limits.egress().value()) {
            return overNetwork(
                    ErrorCode.EGRESS_EXCEEDED, message, "sent", call.network().sent(), limits.egress());
        }
        if (call.network().received() > limits.ingress().value()) {
            return overNetwork(
                    ErrorCode.INGRESS_EXCEEDED,
                    message,
                    "received",
                    call.network().received(),
                    limits.ingress());
        }
        long ran = call.ranMillis(System.currentTimeMillis());
        if (ran >= limits.timeout().toMillis()) {
            return Failure.during(
                    ErrorCode.TIMEOUT,
                    message + ": limits.timeout, which is " + Durations.format(limits.timeout()) + ", was over after "
                            + ran + " ms");
        }
        return Failure.during(ErrorCode.FUNCTION_CRASHED, message + ": its container died or stopped sending");
    }

    private static Failure overNetwork(ErrorCode code, String message, String moved, long bytes, Bytes limit) {
        String name = code == ErrorCode.EGRESS_EXCEEDED ? "limits.egress" : "limits.ingress";
        return Failure.during(
                code,
                message + ": it had " + moved + " " + bytes + " bytes over its network by then, " + name + " is "
                        + limit);
    }

    static Failure queueFull(Submission.Rejected rejected) {
        return Failure.before(
                ErrorCode.TOO_MANY_REQUESTS,
                "the " + rejected.bound() + " queue holds " + rejected.queued() + " calls, mean run "
                        + rejected.meanRunMillis() + " ms, " + rejected.slots() + " slots");
    }

    /** Its time in the queue is over. */
    static Failure noRoom(CallInFlight call) {
        String message = "no room for " + call.revision().label() + " within " + call.call.queueMillis()
                + " ms in the queue (?queue=)";
        String why = call.record().why();
        return Failure.before(ErrorCode.NO_CAPACITY, why.isEmpty() ? message : message + "; " + why);
    }

    /** Of one that no node has. */
    static Failure cancelled(CallInFlight call) {
        return Failure.before(ErrorCode.CANCELLED, "invocation " + call.id() + " was cancelled before it ran");
    }

    /** Of one whose attempt could not be written down. */
    static Failure notPrepared(Throwable cause) {
        return cause instanceof HearthException told
                ? told.failure()
                : Failure.before(ErrorCode.INTERNAL, String.valueOf(cause.getMessage()));
    }

    static Failure lost(CallInFlight call, String node, String reason) {
        return new Failure(
                ErrorCode.NODE_LOST,
                "node " + node + " was lost while it had invocation " + call.id() + ": " + reason,
                "",
                "",
                List.of(),
                Ran.UNKNOWN);
    }

    static Failure stops(CallInFlight call, Ran ran) {
        String message = "the gateway stops; invocation " + call.id() + " ends without an answer";
        return new Failure(ErrorCode.SHUTTING_DOWN, message, "", "", List.of(), ran);
    }
}
