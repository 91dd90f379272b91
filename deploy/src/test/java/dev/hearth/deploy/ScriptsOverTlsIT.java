package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Certificate;
import dev.hearth.deploy.rig.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of set-up and of the command line with nodes that are not where, or not as, a node is by default. */
final class ScriptsOverTlsIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String PARTS =
            "set -euo pipefail; for part in log system node; do source lib/$part.sh; done; ";

    private record Said(int status, String text) {}

    /** In the folder of the scripts, with these variables and no others of ours. */
    private static Said bash(String script, Map<String, String> variables) {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("HEARTH_"));
        builder.environment().putAll(variables);
        try {
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.onExit().join().exitValue(), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void becomesReady(NodeProcess node, String url) {
        Map<String, String> here = Map.of("HEARTH_HOME", node.data().toString(), "HEARTH_PORT", "1");
        eventually(
                SOON,
                () -> assertThat(bash(PARTS + "node_ready", here).status())
                        .as("%s", node.logTail())
                        .isZero());
        assertThat(bash(PARTS + "node_find; echo $NODE_URL", here).text()).isEqualTo(url + "\n");
    }

    @Test
    void aNodeThatSpeaksTlsIsReadyToTheScriptsAndTheCommandLine(@TempDir Path folder) throws Exception {
        Certificate certificate = Certificate.make(folder);
        try (NodeProcess node = NodeProcess.launched(
                "gateway.tls-cert=" + certificate.pem(),
                "gateway.tls-key=" + certificate.key(),
                "stems.python3=0",
                "stems.nodejs=0")) {
            String url = "https://127.0.0.1:" + node.port();
            becomesReady(node, url);
            String pem = certificate.pem().toString();
            Map<String, String> home = Map.of("HEARTH_HOME", node.data().toString());
            assertThat(bash(PARTS + "node_find; node_is_trusted", home).status())
                    .as("a certificate that nobody knows")
                    .isNotZero();
            for (String name : new String[] {"HEARTH_CACERT", "HEARTH_GATEWAY_TLS_CERT"}) {
                assertThat(bash(
                                        PARTS + "node_find; " + name + "=" + pem
                                                + "; node_is_trusted; ! node_asks_for_key",
                                        home)
                                .status())
                        .as(name)
                        .isZero();
            }
            assertThat(bash("./hearth nodes", Map.of("HEARTH_URL", url, "HEARTH_CACERT", pem))
                            .text())
                    .contains(node.id());
            Said untrusted = bash("./hearth nodes", Map.of("HEARTH_URL", url));
            assertThat(untrusted.status()).isEqualTo(3);
            assertThat(untrusted.text()).contains("not one that is trusted").contains("HEARTH_CACERT");
            assertThat(bash("./hearth nodes", Map.of("HEARTH_URL", url, "HEARTH_CACERT", "/nowhere"))
                            .status())
                    .isEqualTo(2);
        }
    }

    @Test
    void aNodeOnAnotherAddressIsReadyToTheScripts() {
        try (NodeProcess node = NodeProcess.launched("gateway.host=127.0.0.2", "stems.python3=0", "stems.nodejs=0")) {
            becomesReady(node, "http://127.0.0.2:" + node.port());
        }
    }
}
