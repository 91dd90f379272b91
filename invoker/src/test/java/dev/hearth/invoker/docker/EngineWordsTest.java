package dev.hearth.invoker.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.hearth.invoker.docker.EngineFault.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words spoken with an engine: its API's version, image references, failures and bounds. */
final class EngineWordsTest {
    @ParameterizedTest
    @CsvSource({"1.12, 1.41, 1.41", "1.24, 1.44, 1.44", "1.24, 1.52, 1.44", "1.44, 1.52, 1.44", "1.48, 1.52, 1.48"})
    void speaksTheHighestTestedVersionThatBothSidesKnow(String oldest, String newest, String spoken) {
        assertThat(ApiVersion.choose(ApiVersion.parse(oldest), ApiVersion.parse(newest)))
                .hasToString(spoken);
    }

    @Test
    void doesNotTakeAnythingForAVersion() {
        assertThatThrownBy(() -> ApiVersion.parse("")).hasMessageContaining("not a version of the engine's API");
    }

    @ParameterizedTest
    @CsvSource({
        "base, base:latest",
        "hearth/base:1, hearth/base:1",
        "127.0.0.1:5000/base, 127.0.0.1:5000/base:latest",
        "127.0.0.1:5000/base:2, 127.0.0.1:5000/base:2",
        "base@sha256:00, base@sha256:00"
    })
    void pullsOneTagAlone(String reference, String complete) {
        assertThat(ImagePull.complete(reference)).isEqualTo(complete);
    }

    @Test
    void tellsAMissingImageFromARegistryInTrouble() {
        assertThat(ImagePull.fault("a", "manifest for a:latest not found: manifest unknown")
                        .kind())
                .isEqualTo(Kind.NO_SUCH_IMAGE);
        assertThat(ImagePull.fault("a", "connection refused").kind()).isEqualTo(Kind.OTHER);
    }

    @Test
    void givesEveryFailureAKindAndASentence() {
        assertThat(kind(new NotFoundException("{\"message\":\"No such container: x\"}")))
                .isEqualTo(Kind.NO_SUCH_CONTAINER);
        assertThat(kind(new NotFoundException("{\"message\":\"No such image: x\"}")))
                .isEqualTo(Kind.NO_SUCH_IMAGE);
        assertThat(kind(new ConflictException("in use"))).isEqualTo(Kind.CONFLICT);
        assertThat(kind(new BadRequestException("bad"))).isEqualTo(Kind.REFUSED);
        assertThat(kind(new RejectedExecutionException("full"))).isEqualTo(Kind.REFUSED);
        assertThat(kind(new InternalServerErrorException("oops"))).isEqualTo(Kind.OTHER);
        assertThat(kind(new RuntimeException(new IOException("gone")))).isEqualTo(Kind.UNREACHABLE);
        assertThat(kind(new RuntimeException(new ClosedByInterruptException()))).isEqualTo(Kind.TIMED_OUT);
        assertThat(kind(new TimeoutException("late"))).isEqualTo(Kind.TIMED_OUT);
        assertThat(kind(new IllegalStateException("odd"))).isEqualTo(Kind.OTHER);
        assertThat(Faults.of(
                        new ConflictException("Status 409: {\"message\":\"the name \\\"x\\\" is in use\"}"),
                        "rename y"))
                .hasMessage("The engine did not rename y: the name \"x\" is in use");
    }

    private static Kind kind(Throwable thrown) {
        return Faults.of(thrown, "do it").kind();
    }

    @Test
    void namesTheLimitThatMakesNoSense() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() ->
                        new EngineLimits(1, 1, 1, 1, second, Duration.ZERO, second, second, second, second, second))
                .hasMessageStartingWith("engine.kill is 0, must be at least 1");
        assertThat(EngineLimits.DEFAULT.create()).isEqualTo(Duration.ofSeconds(30));
        assertThat(EngineLimits.DEFAULT.kill()).isEqualTo(Duration.ofSeconds(5));
        assertThat(EngineLimits.DEFAULT.pull()).isEqualTo(Duration.ofMinutes(10));
    }
}
