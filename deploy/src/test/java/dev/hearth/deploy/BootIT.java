package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes whose start hangs: the certificate's file is a pipe into which nobody writes. */
final class BootIT {
    @TempDir
    private Path folder;

    @Test
    void aBootThatHangsSaysWhereAndEndsTheProcess() throws IOException {
        try (NodeProcess node = hanging("boot-timeout=5s", "start-timeout=30m")) {
            assertThat(node.awaitExit()).isEqualTo(1);
            assertThat(String.join("\n", node.logLines()))
                    .contains("hearth: the node did not start within 5s (boot-timeout): it hangs at the gateway")
                    .contains("boot hangs");
        }
    }

    @Test
    void aPartThatHangsIsToldBeforeThatAndTheNodeStopsInOrder() throws IOException {
        try (NodeProcess node = hanging("boot-timeout=5m", "start-timeout=2s", "stop-timeout=1s")) {
            assertThat(node.awaitExit()).isEqualTo(1);
            assertThat(String.join("\n", node.logLines()))
                    .contains("hearth: the gateway did not start within 2s")
                    .contains("stopped");
        }
    }

    private NodeProcess hanging(String... timeouts) throws IOException {
        Path pipe = folder.resolve("tls.crt");
        Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assertThat(made.onExit().join().exitValue()).isZero();
        return NodeProcess.launched(
                timeouts[0],
                timeouts[1],
                timeouts.length > 2 ? timeouts[2] : "stop-timeout=20s",
                "gateway.tls-cert=" + pipe,
                "gateway.tls-key=" + pipe);
    }
}
