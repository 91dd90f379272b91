package dev.hearth.common.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.function.Destination.Addresses;
import dev.hearth.common.function.Destination.Named;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DestinationTest {
    @Test
    void readsAddressesBlocksAndNamesWithOrWithoutAPort() {
        assertThat(Destination.parse("203.0.113.7:443")).isEqualTo(new Addresses(Ipv4Block.parse("203.0.113.7"), 443));
        assertThat(Destination.parse("203.0.113.9/24")).hasToString("203.0.113.0/24");
        assertThat(Destination.parse("API.Example.org:8443")).isEqualTo(new Named("api.example.org", false, 8443));
        assertThat(Destination.parse("*.example.org")).isEqualTo(new Named("example.org", true, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.0/24", "203.0.113.7/32:443", "a.example", "*.a.example:65535"})
    void isReadBackAsItIsWritten(String text) {
        assertThat(Destination.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4/33",
                "::1",
                "a.example:0",
                "a.example:65536",
                "*",
                "*.*.example",
                "-a.example",
                "a..example",
                "https://a.example",
                "a.example\n",
                "a.example -j ACCEPT",
                "a.1"
            })
    void refusesAllElse(String text) {
        assertThatThrownBy(() -> Destination.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("for example api.example.org:443");
    }

    @Test
    void onlyAFunctionWithANetworkHasSome() {
        List<Destination> some = List.of(Destination.parse("a.example"));
        assertThat(Network.only(some).fenced()).isTrue();
        assertThat(Network.INTERNET.fenced()).isFalse();
        assertThatThrownBy(() -> new Network(false, some)).isInstanceOf(IllegalArgumentException.class);
    }
}
