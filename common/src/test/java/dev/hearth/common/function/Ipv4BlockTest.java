package dev.hearth.common.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Ipv4BlockTest {
    @Test
    void readsABlockOrOneAddress() {
        assertThat(Ipv4Block.parse("10.1.2.3/8")).hasToString("10.0.0.0/8");
        assertThat(Ipv4Block.parse("203.0.113.7")).hasToString("203.0.113.7/32");
        assertThat(Ipv4Block.parse("0.0.0.0/0").size()).isEqualTo(1L << 32);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/", "::1", "host", "1.2.3.4/8 -j ACCEPT"})
    void refusesAllElse(String text) {
        assertThatThrownBy(() -> Ipv4Block.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("for example 10.0.0.0/8");
    }

    @Test
    void countsItsAddresses() {
        Ipv4Block block = Ipv4Block.parse("192.0.2.128/25");
        assertThat(block.size()).isEqualTo(128);
        assertThat(block.address(127)).isEqualTo("192.0.2.255");
        assertThat(block.indexOf(Ipv4Block.parse("192.0.2.255"))).isEqualTo(127);
        assertThat(block.contains(Ipv4Block.parse("192.0.2.200"))).isTrue();
        assertThat(block.contains(Ipv4Block.parse("192.0.2.127"))).isFalse();
        assertThat(block.contains(Ipv4Block.parse("192.0.2.0/24"))).isFalse();
    }
}
