package dev.hearth.gateway.destination;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/** What one attempt at a delivery has brought. */
sealed interface Verdict {
    /** What people are told of it. */
    String said();

    /** It is where it belongs. */
    record Delivered(String said) implements Verdict {}

    /** It never will be. */
    record Refused(String said) implements Verdict {}

    /**
     * It may be another time.
     *
     * @param after what the receiver asked for
     */
    record Later(String said, Optional<Duration> after) implements Verdict {}

    /** Failures of a function's acceptance that no other attempt mends. */
    Set<ErrorCode> FINAL = Set.of(
            ErrorCode.INVALID_REQUEST,
            ErrorCode.NOT_SUPPORTED,
            ErrorCode.FORBIDDEN,
            ErrorCode.FUNCTION_NOT_FOUND,
            ErrorCode.INGRESS_EXCEEDED,
            ErrorCode.NOT_ALLOWED);

    static Verdict later(String said) {
        return new Later(Said.cleaned(said), Optional.empty());
    }

    static Verdict refused(String said) {
        return new Refused(Said.cleaned(said));
    }

    /** Of a function that did not take its event. */
    static Verdict of(Throwable failure) {
        if (failure instanceof HearthException told) {
            Failure why = told.failure();
            String said = why.code() + ": " + why.message();
            return FINAL.contains(why.code()) ? refused(said) : later(said);
        }
        return later(failure.toString());
    }

    /**
     * Of a webhook's answer.
     *
     * @param retryAfter its header of that name; empty when it has none
     * @param body the begin of it
     */
    static Verdict of(int status, String retryAfter, String body, Instant now) {
        String said = Said.cleaned("HTTP " + status + (body.isBlank() ? "" : ": " + body.strip()));
        if (status / 100 == 2) {
            return new Delivered(said);
        }
        if (status == 410) {
            return new Refused(said);
        }
        if (status / 100 == 3) {
            return later("HTTP " + status + ": redirects are not followed");
        }
        return new Later(said, Said.duration(retryAfter.strip(), now));
    }

    /** Reads and shortens what receivers say. */
    final class Said {
        private static final int SHOWN = 500;
        private static final int DIGITS = 9;

        private Said() {}

        /** Without control characters, which a database may refuse and a terminal obeys. */
        private static String cleaned(String text) {
            String shortened = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
            return shortened.replaceAll("\\p{Cntrl}", " ");
        }

        /** Seconds, or a date; empty for anything else. */
        private static Optional<Duration> duration(String text, Instant now) {
            if (!text.isEmpty() && text.length() <= DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                return Optional.of(Duration.between(now, at)).filter(wait -> !wait.isNegative());
            } catch (DateTimeException neither) {
                return Optional.empty();
            }
        }
    }
}
