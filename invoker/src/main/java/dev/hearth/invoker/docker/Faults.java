package dev.hearth.invoker.docker;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotAcceptableException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.UnauthorizedException;
import dev.hearth.invoker.docker.EngineFault.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns whatever a call to the engine threw into an {@link EngineFault}. */
final class Faults {
    private static final Pattern ANSWER = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final int DEPTH = 10;

    private Faults() {}

    /**
     * The fault that says what was being done.
     *
     * @param doing for example {@code "kill container x"}
     */
    static EngineFault of(Throwable thrown, String doing) {
        return switch (thrown) {
            case EngineFault fault -> fault;
            case DockerException answered -> answered(answered, doing);
            case TimeoutException late ->
                new EngineFault(Kind.TIMED_OUT, "The engine did not " + doing + " in time: " + late.getMessage(), late);
            case RejectedExecutionException full ->
                new EngineFault(Kind.REFUSED, "The engine was not asked to " + doing + ": " + full.getMessage(), full);
            default -> unanswered(thrown, doing);
        };
    }

    private static EngineFault answered(DockerException answered, String doing) {
        String said = said(answered);
        Kind kind = switch (answered) {
            case NotFoundException missing ->
                said.toLowerCase(Locale.ROOT).contains("image") ? Kind.NO_SUCH_IMAGE : Kind.NO_SUCH_CONTAINER;
            case ConflictException conflict -> Kind.CONFLICT;
            case BadRequestException refused -> Kind.REFUSED;
            case NotAcceptableException refused -> Kind.REFUSED;
            case UnauthorizedException refused -> Kind.REFUSED;
            default -> Kind.OTHER;
        };
        return new EngineFault(kind, "The engine did not " + doing + ": " + said, answered);
    }

    private static EngineFault unanswered(Throwable thrown, String doing) {
        if (caused(thrown, InterruptedException.class) || caused(thrown, ClosedByInterruptException.class)) {
            return new EngineFault(Kind.TIMED_OUT, "The engine was interrupted while it was to " + doing, thrown);
        }
        if (caused(thrown, IOException.class)) {
            return new EngineFault(
                    Kind.UNREACHABLE,
                    "The engine cannot be reached to " + doing + " ("
                            + deepest(thrown).getMessage() + "): is it running, and may this user open its socket?",
                    thrown);
        }
        return new EngineFault(Kind.OTHER, "The engine did not " + doing + ": " + thrown, thrown);
    }

    private static String said(DockerException answered) {
        String message = String.valueOf(answered.getMessage());
        Matcher matcher = ANSWER.matcher(message);
        return matcher.find() ? matcher.group(1).replace("\\\"", "\"").replace("\\n", " ") : message;
    }

    private static boolean caused(Throwable thrown, Class<? extends Throwable> by) {
        @Nullable Throwable at = thrown;
        for (int i = 0; i < DEPTH && at != null; i++) {
            if (by.isInstance(at)) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }

    private static Throwable deepest(Throwable thrown) {
        Throwable at = thrown;
        for (int i = 0; i < DEPTH; i++) {
            Throwable cause = at.getCause();
            if (cause == null) {
                break;
            }
            at = cause;
        }
        return at;
    }
}
