package dev.hearth.deploy.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.config.Catalogue;
import dev.hearth.common.config.ConfigException;
import dev.hearth.common.config.Settings;
import dev.hearth.common.config.Sources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MonitorConfigTest {
    private static final String TOKEN = "invoker.listen-token=0123456789abcdef";

    private static MonitorConfig bind(String... flags) {
        Settings settings = Settings.load(
                Catalogue.of(List.of(MonitorConfig.SETTINGS)), new Sources(List.of(flags), Map.of(), Optional.empty()));
        MonitorConfig config = MonitorConfig.bind(settings);
        settings.finish();
        return config;
    }

    @Test
    void aWorkerListensNowhereUnlessItIsTold() {
        MonitorConfig config = bind();
        assertThat(config).isEqualTo(new MonitorConfig(Optional.empty(), "", false));
        assertThat(config.advertised("10.0.0.2")).isEmpty();
    }

    @Test
    void everyKeyIsRead() {
        assertThat(bind("invoker.listen=10.0.0.2:9464", TOKEN, "invoker.listen-tls=off"))
                .isEqualTo(new MonitorConfig(
                        Optional.of(new MonitorConfig.At("10.0.0.2", 9464)), "0123456789abcdef", false));
    }

    @Test
    void itShowsItsCertificateOnEveryAddressButLoopback() {
        assertThat(bind("invoker.listen=127.0.0.1:9464").tls()).isFalse();
        assertThat(bind("invoker.listen=0.0.0.0:9464", TOKEN).tls()).isTrue();
        assertThat(bind("invoker.listen=[2001:db8::2]:9464", TOKEN).at())
                .contains(new MonitorConfig.At("2001:db8::2", 9464));
    }

    @Test
    void itIsToldToOthersWhereTheyReachIt() {
        assertThat(bind("invoker.listen=0.0.0.0:9464", TOKEN).advertised("10.0.0.2"))
                .isEqualTo("https://10.0.0.2:9464");
        assertThat(bind("invoker.listen=[::]:9464", TOKEN).advertised("2001:db8::2"))
                .isEqualTo("https://[2001:db8::2]:9464");
        assertThat(bind("invoker.listen=127.0.0.1:9464").advertised("10.0.0.2"))
                .as("another machine's loopback is not ours")
                .isEmpty();
        assertThat(bind("invoker.listen=127.0.0.1:9464").advertised("127.0.0.1"))
                .isEqualTo("http://127.0.0.1:9464");
    }

    @Test
    void anAddressThatOthersReachNeedsALongToken() {
        assertThatThrownBy(() -> bind("invoker.listen=10.0.0.2:9464"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("which other machines reach: set invoker.listen-token too");
        assertThatThrownBy(() -> bind("invoker.listen=127.0.0.1:9464", "invoker.listen-token=short"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("has 5 characters, must have 16 or more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9464", ":9464", "localhost:", "localhost:0", "localhost:65536", "::1:9464", "localhost:x"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> bind("invoker.listen=" + text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("give HOST:PORT");
    }
}
