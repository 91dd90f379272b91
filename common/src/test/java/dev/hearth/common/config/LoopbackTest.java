package dev.hearth.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LoopbackTest {
    @Test
    void knowsLoopbackByItsText() {
        for (String host : List.of("localhost", "127.0.0.1", "127.1.2.3", "::1")) {
            assertThat(Loopback.contains(host)).as(host).isTrue();
        }
        for (String host : List.of("0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.org", "example.org")) {
            assertThat(Loopback.contains(host)).as(host).isFalse();
        }
    }
}
