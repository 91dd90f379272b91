package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class BootWatchTest {
    private static final Duration SOON = Duration.ofMillis(50);

    @Test
    void aBootThatHangsEndsWithTheStepAtWhichItHangs() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        try (BootWatch watch = new BootWatch(SOON, told::complete)) {
            watch.at("the data folder");
            watch.at("the gateway");
            assertThat(told.get(30, TimeUnit.SECONDS))
                    .isEqualTo("the node did not start within 50ms (boot-timeout): it hangs at the gateway");
        }
    }

    @Test
    void aBootThatIsOverIsNotEnded() {
        CompletableFuture<String> told = new CompletableFuture<>();
        new BootWatch(SOON, told::complete).close();
        assertThatThrownBy(() -> told.get(SOON.multipliedBy(4).toMillis(), TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }
}
