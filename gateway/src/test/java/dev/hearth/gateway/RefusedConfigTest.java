package dev.hearth.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.config.Catalogue;
import dev.hearth.common.config.Settings;
import dev.hearth.common.config.Sources;
import dev.hearth.gateway.tls.PemFiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a gateway does not start with, and what it does not repeat. */
final class RefusedConfigTest {
    private static final Catalogue CATALOGUE = Catalogue.of(List.of(GatewayConfig.SETTINGS));

    @Test
    void refusesBadValuesByName() {
        assertThatThrownBy(() -> bind(
                        "scheduler.policy=fastest",
                        "queue.length=-1",
                        "gateway.body-bytes=-5MiB",
                        "gateway.port=http",
                        "gateway.host=0.0.0.0",
                        "queue.timeout=2h",
                        "gateway.code-unpacked=32MiB",
                        "gateway.tls-handshake-timeout=1ms",
                        "metrics.functions=-1",
                        "webhooks.allow=10.0.0.0/40",
                        "webhooks.first-retry=1h",
                        "webhooks.longest-retry=1m",
                        "images.registry-bytes=65TiB",
                        "images.grace=31d"))
                .hasMessageStartingWith("13 settings are wrong:")
                .hasMessageContaining("webhooks.allow: '10.0.0.0/40' is no address and no block of addresses")
                .hasMessageContaining("webhooks.first-retry is 1h, above webhooks.longest-retry, which is 1m")
                .hasMessageContaining("gateway.tls-handshake-timeout (command line): 1ms is out of range")
                .hasMessageContaining(
                        "scheduler.policy (command line): 'fastest' is none of: fcfs, random, balanced, locality")
                .hasMessageContaining("queue.length (command line): -1 is out of range: allowed are 1 to 10000000")
                .hasMessageContaining("gateway.body-bytes (command line): '-5MiB' is not a size")
                .hasMessageContaining("gateway.port (command line): 'http' is not a whole number")
                .hasMessageContaining("gateway.host is 0.0.0.0, which other machines reach: set gateway.tls-cert and")
                .hasMessageContaining("queue.timeout is 2h, above queue.timeout-max, which is 1h")
                .hasMessageContaining("metrics.functions (command line): -1 is out of range: allowed are 0 to 100000")
                .hasMessageContaining(
                        "images.registry-bytes (command line): 65TiB is out of range: allowed are 0B to 64TiB")
                .hasMessageContaining("images.grace (command line): 31d is out of range: allowed are 0s to 30d")
                .hasMessageContaining("gateway.code-bytes is 64MiB, above gateway.code-unpacked, which is 32MiB");
    }

    @Test
    void refusesAQueueOfOneFunctionLongerThanTheQueue() {
        assertThatThrownBy(() -> bind("queue.length=100"))
                .hasMessageContaining("queue.per-function is 5000, above queue.length, which is 100");
    }

    @Test
    void anAddressThatOthersReachNeedsTlsOrAPlainNo() {
        for (String host : List.of("0.0.0.0", "::", "10.0.0.1", "example.org")) {
            assertThatThrownBy(() -> bind("gateway.host=" + host))
                    .hasMessageContaining("gateway.tls=off where a proxy in front has TLS")
                    .hasMessageContaining("hearth keys create");
            assertThat(bind("gateway.host=" + host, "gateway.tls=off").tls().declined())
                    .isTrue();
            assertThat(bind("gateway.host=" + host, "gateway.tls-cert=/c", "gateway.tls-key=/k")
                            .tls()
                            .files())
                    .contains(new PemFiles(Path.of("/c"), Path.of("/k")));
        }
    }

    @Test
    void refusesHalfOfAPairAndAPairThatIsDeclined() {
        for (String half : List.of("gateway.tls-cert=/c", "gateway.tls-key=/k")) {
            assertThatThrownBy(() -> bind(half)).hasMessageContaining("belong together: set both or none");
        }
        assertThatThrownBy(() -> bind("gateway.tls=off", "gateway.tls-cert=/c", "gateway.tls-key=/k"))
                .hasMessageContaining("gateway.tls is off, but gateway.tls-cert is set");
        assertThatThrownBy(() -> bind("gateway.tls=no", "auth.failures=0"))
                .hasMessageContaining("gateway.tls (command line): 'no' is none of: auto, off")
                .hasMessageContaining("auth.failures (command line): 0 is out of range");
    }

    @Test
    void refusesAServerThatIsNoneAndRepeatsNoPassword() {
        for (String url : List.of("jdbc:mysql://db/hearth", "postgresql://db/hearth", "jdbc:postgresql://db")) {
            assertThatThrownBy(() -> bind("store.url=" + url))
                    .hasMessageContaining("store.url must be jdbc:postgresql://HOST:PORT/DATABASE");
        }
        for (String url : List.of("db/hearth?user=ada&password=sesame", "db/h?sslpassword=sesame", "ada:sesame@db/h")) {
            assertThatThrownBy(() -> bind("store.url=jdbc:postgresql://" + url))
                    .hasMessageContaining("store.url must hold no user and no password")
                    .hasMessageNotContaining("sesame");
        }
        assertThatThrownBy(() -> bind("store.password=sesame"))
                .hasMessageContaining("set store.url too")
                .hasMessageNotContaining("sesame");
    }

    @Test
    void showsNoPasswordAmongTheSettings() {
        Settings settings = Settings.load(
                CATALOGUE, Sources.ofFlags("store.url=jdbc:postgresql://db/hearth", "store.password=sesame"));
        GatewayConfig config = GatewayConfig.bind(settings);
        assertThat(config.toString()).doesNotContain("sesame");
        assertThat(settings.effective().toString()).doesNotContain("sesame").contains("(not shown)");
    }

    private static GatewayConfig bind(String... flags) {
        Settings settings = Settings.load(CATALOGUE, Sources.ofFlags(flags));
        GatewayConfig config = GatewayConfig.bind(settings);
        settings.finish();
        return config;
    }
}
