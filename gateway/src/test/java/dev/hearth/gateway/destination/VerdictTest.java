package dev.hearth.gateway.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void theStatusDecides() {
        assertThat(of(200)).isInstanceOf(Verdict.Delivered.class);
        assertThat(of(204)).isInstanceOf(Verdict.Delivered.class);
        assertThat(of(410)).isInstanceOf(Verdict.Refused.class);
        assertThat(of(301).said()).contains("redirects are not followed");
        for (int status : new int[] {301, 400, 401, 404, 409, 429, 500, 503}) {
            assertThat(of(status)).as("%d", status).isInstanceOf(Verdict.Later.class);
        }
    }

    @Test
    void whatTheReceiverSaysIsShownWithoutControlCharacters() {
        Verdict verdict = Verdict.of(500, "", "no\u0000 \u001b[31mway\n", NOW);
        assertThat(verdict.said()).startsWith("HTTP 500: no").contains("way").matches("\\P{Cntrl}*");
        assertThat(Verdict.of(500, "", "x".repeat(10_000), NOW).said()).hasSizeLessThan(600);
    }

    @Test
    void retryAfterIsReadAsSecondsAndAsADate() {
        assertThat(after("7")).contains(Duration.ofSeconds(7));
        assertThat(after(" 7 ")).contains(Duration.ofSeconds(7));
        assertThat(after("Sun, 22 Nov 2026 10:01:00 GMT")).contains(Duration.ofMinutes(1));
        for (String none : new String[] {"", "-1", "soon", "1e9", "99999999999", "Sun, 22 Nov 2026 09:00:00 GMT"}) {
            assertThat(after(none)).as(none).isEmpty();
        }
    }

    @Test
    void aFunctionThatIsGoneIsNotAskedAgainAndABusyNodeIs() {
        assertThat(Verdict.of(new HearthException(ErrorCode.FUNCTION_NOT_FOUND, "no function a")))
                .isEqualTo(new Verdict.Refused("FUNCTION_NOT_FOUND: no function a"));
        assertThat(Verdict.of(new HearthException(ErrorCode.TOO_MANY_REQUESTS, "full")))
                .isInstanceOf(Verdict.Later.class);
        assertThat(Verdict.of(new IllegalStateException("odd"))).isInstanceOf(Verdict.Later.class);
    }

    @Test
    void waitsDoubleUpToTheirBoundLessAHalfAtMost() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
        Random random = new Random(42);
        for (int attempts = 1; attempts < 100; attempts++) {
            long whole = Math.min(60_000, 1000L << Math.min(attempts - 1, 20));
            assertThat(backoff.after(attempts, Optional.empty(), random).toMillis())
                    .as("attempt %d", attempts)
                    .isBetween(whole / 2, whole);
        }
    }

    @Test
    void aWaitThatIsAskedForIsKeptWithinTheBound() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
        Random random = new Random(42);
        assertThat(backoff.after(1, Optional.of(Duration.ofSeconds(30)), random))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(backoff.after(1, Optional.of(Duration.ofDays(9)), random)).isEqualTo(Duration.ofMinutes(1));
        assertThat(backoff.after(9, Optional.of(Duration.ofSeconds(1)), random)).isGreaterThan(Duration.ofSeconds(29));
    }

    private static Verdict of(int status) {
        return Verdict.of(status, "", "", NOW);
    }

    private static Optional<Duration> after(String header) {
        return ((Verdict.Later) Verdict.of(503, header, "", NOW)).after();
    }
}
