package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.AnswerHead;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.Ran;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Revision;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.sidechannel.Figures;
import dev.hearth.invoker.sidechannel.ResultHead.Answer;
import dev.hearth.invoker.sidechannel.ResultHead.Raised;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says why a call failed, from what was seen: TIMEOUT before OUT_OF_MEMORY before DISK_EXCEEDED before the function's own
 * fault.
 */
final class Verdict {
    /** Less than a block: the disk is full. */
    private static final long FULL = 4096;

    /** The exit code by which a runtime says that the memory it manages itself is full. */
    private static final int OWN_MEMORY_FULL = 77;

    private static final int LONGEST_CONTENT_TYPE = 1024;
    private static final Pattern HEADER_NAME = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]{1,256}");

    private Verdict() {}

    static Failure timeout(Revision revision, RunLimit limit, boolean proven) {
        return killed(Failure.during(ErrorCode.TIMEOUT, revision.label() + " ran longer than " + limit), proven);
    }

    static Failure cancelled(Revision revision, boolean proven) {
        return killed(Failure.during(ErrorCode.CANCELLED, revision.label() + " was cancelled while it ran"), proven);
    }

    /** Something is the matter with a call beside it in the container, which only the container's end can end. */
    static Failure beside(Revision revision, String what, boolean proven) {
        String message = "another call in the container of " + revision.label() + " " + what;
        return killed(Failure.during(ErrorCode.FUNCTION_CRASHED, message), proven);
    }

    /** Its container was killed for it. */
    static Failure killed(Failure failure, boolean proven) {
        String end =
                proven ? "; its container was killed" : "; its container was told to die, but its death is not proven";
        return new Failure(failure.code(), failure.message() + end, "", "", List.of(), proven ? Ran.YES : Ran.UNKNOWN);
    }

    /** The runtime answered that there is no answer. */
    static Failure raised(Revision revision, Raised raised, Figures figures, long oomKillsBefore) {
        return switch (raised.kind()) {
            case EVENT -> failure(ErrorCode.INVALID_REQUEST, "the event cannot be read: " + raised.message(), raised);
            case RESULT -> failure(ErrorCode.INVALID_RESPONSE, raised.message(), raised);
            case FUNCTION -> functionRaised(revision, raised, figures, oomKillsBefore);
        };
    }

    private static Failure functionRaised(Revision revision, Raised raised, Figures figures, long oomKillsBefore) {
        if (figures.oomKills() > oomKillsBefore) {
            return failure(
                    ErrorCode.OUT_OF_MEMORY, outOfMemory(revision, figures) + "; the function then raised", raised);
        }
        if (raised.noSpace()) {
            return failure(ErrorCode.DISK_EXCEEDED, diskFull(revision, figures), raised);
        }
        String what = revision.label() + " raised " + raised.type() + ": " + raised.message();
        return failure(ErrorCode.FUNCTION_ERROR, what, raised);
    }

    /** The runtime's process ended in the middle of the call. */
    static Failure crashed(Revision revision, boolean bySignal, int value, Figures figures, long oomKillsBefore) {
        String how = how(bySignal, value);
        if (figures.oomKills() > oomKillsBefore || (!bySignal && value == OWN_MEMORY_FULL)) {
            return Failure.during(ErrorCode.OUT_OF_MEMORY, outOfMemory(revision, figures) + "; its process " + how);
        }
        if (figures.tmpFree() >= 0 && figures.tmpFree() < FULL) {
            return Failure.during(ErrorCode.DISK_EXCEEDED, diskFull(revision, figures) + "; its process " + how);
        }
        return Failure.during(
                ErrorCode.FUNCTION_CRASHED, "the process of " + revision.label() + " " + how + " in mid-call");
    }

    /** Why the answer cannot be passed on, from its head. */
    static Optional<Failure> unfit(Revision revision, Answer answer) {
        Limits limits = revision.limits();
        long bytes = Math.max(answer.totalLength(), answer.body().length());
        if (bytes > limits.egress().value()) {
            return Optional.of(Failure.during(
                    ErrorCode.EGRESS_EXCEEDED,
                    "the answer of " + revision.label() + " has " + bytes + " bytes or more, limits.egress is "
                            + limits.egress()));
        }
        if (!answer.contentType().chars().allMatch(c -> c >= ' ' && c <= '~')
                || answer.contentType().length() > LONGEST_CONTENT_TYPE) {
            return Optional.of(Failure.during(
                    ErrorCode.INVALID_RESPONSE,
                    "the content type of the answer of " + revision.label() + " is none: it must be up to "
                            + LONGEST_CONTENT_TYPE + " printable ASCII characters"));
        }
        return unfit(revision, answer.head());
    }

    private static Optional<Failure> unfit(Revision revision, AnswerHead head) {
        List<String> faults = new ArrayList<>();
        if (head.status() < 200 || head.status() > 599) {
            faults.add("status " + head.status() + ", must be 200 to 599");
        }
        head.forEach((name, value) -> {
            boolean fit = HEADER_NAME.matcher(name).matches()
                    && value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 127));
            if (!fit && faults.isEmpty()) {
                faults.add("a header that is none: "
                        + name.substring(0, Math.min(name.length(), 64)).replaceAll("[^ -~]", "?"));
            }
        });
        return faults.stream()
                .findFirst()
                .map(fault -> Failure.during(
                        ErrorCode.INVALID_RESPONSE, "the answer of " + revision.label() + " has " + fault));
    }

    /** The runtime says that the code does not load. */
    static Failure notLoaded(String label, String type, String message, String stack) {
        String sentence = "the code of " + label + " could not be loaded: " + type + ": " + message;
        return new Failure(ErrorCode.INIT_FAILED, sentence, type, stack, List.of(), Ran.YES);
    }

    /** Its image was built on a runtime of an older protocol. */
    static Failure outdated(Revision revision) {
        return Failure.before(
                ErrorCode.INIT_FAILED,
                "the image of " + revision.label() + " knows neither limits.concurrency nor init:"
                        + " build it again on a base image of this version of Hearth");
    }

    static Failure crashedInInit(Revision revision, boolean bySignal, int value, Figures figures) {
        String memory = figures.oomKills() > 0
                ? ", out of memory (limits.memory = " + revision.limits().memory() + ")"
                : "";
        return Failure.during(
                ErrorCode.INIT_FAILED,
                "the process of " + revision.label() + " " + how(bySignal, value) + " while its code was loaded"
                        + memory);
    }

    static Failure lost(Revision revision, String reason) {
        return Failure.during(
                ErrorCode.FUNCTION_CRASHED,
                "the container of " + revision.label() + " was lost in mid-call: " + reason);
    }

    static String how(boolean bySignal, int value) {
        return bySignal ? "was killed by signal " + value : "ended with exit code " + value;
    }

    private static String outOfMemory(Revision revision, Figures figures) {
        String peak = figures.peakMemory() < 0 ? "" : ", peak " + figures.peakMemory() + " bytes";
        return revision.label() + " needed more memory than limits.memory = "
                + revision.limits().memory() + peak + " (memory and disk together may take "
                + revision.limits().cgroupMemory() + ")";
    }

    private static String diskFull(Revision revision, Figures figures) {
        String used = figures.tmpUsed() < 0 ? "" : ", " + new Bytes(figures.tmpUsed()) + " used";
        return revision.label() + " filled /tmp: limits.disk = "
                + revision.limits().disk() + used;
    }

    private static Failure failure(ErrorCode code, String message, Raised raised) {
        Ran ran = code == ErrorCode.INVALID_REQUEST ? Ran.NO : Ran.YES;
        return new Failure(code, message, raised.type(), raised.stack(), List.of(), ran);
    }
}
