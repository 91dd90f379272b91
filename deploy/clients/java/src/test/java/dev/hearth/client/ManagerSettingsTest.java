package dev.hearth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagerSettingsTest {
    @Test
    void hasDefaults() {
        ManagerSettings settings = ManagerSettings.of(Map.of());
        assertThat(settings.url()).hasToString("http://127.0.0.1:8080");
        assertThat(settings.key()).isEmpty();
        assertThat(settings.tls()).isEmpty();
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.retries()).isEqualTo(5);
    }

    @Test
    void readsTheEnvironmentAsTheCommandLineDoes() {
        assertThat(ManagerSettings.of(Map.of("HEARTH_PORT", "9000")).url()).hasToString("http://127.0.0.1:9000");
        ManagerSettings settings = ManagerSettings.of(
                Map.of("HEARTH_PORT", "9000", "HEARTH_URL", "https://head.example:8443/", "HEARTH_KEY", "k"));
        assertThat(settings.url()).hasToString("https://head.example:8443");
        assertThat(settings.key()).isEqualTo("k");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "head:8080", "ftp://head", "http://", "http://a:b@head/", "http://head/?a", "http://a b/"})
    void refusesWhatIsNoAddress(String url) {
        assertThatThrownBy(() -> ManagerSettings.at(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://127.0.0.1:8080");
    }

    @Test
    void refusesAKeyWithALineBreakWithoutShowingIt() {
        assertThatThrownBy(() -> ManagerSettings.at("http://head").withKey("secret\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesAFileWithoutCertificates(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("ca.pem"), "no certificate");
        assertThatThrownBy(() -> ManagerSettings.of(Map.of("HEARTH_CACERT", file.toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ca.pem");
        assertThatThrownBy(() -> ManagerSettings.at("http://head").withTrust(folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none");
    }
}
