package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void tellsItsVersion() {
        assertThat(run("version")).isZero();
        assertThat(out.toString()).startsWith("hearth ").endsWith("Java 25\n");
    }

    @Test
    void withoutACommandItTellsHowItIsUsed() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: hearth").contains("standalone");
    }

    @Test
    void essentialKeysHaveAFlagOfTheirOwnAndHelp() {
        assertThat(run("config", "--data", folder.toString(), "--gateway.port=9001"))
                .isZero();
        assertThat(out.toString()).contains("gateway.port = 9001  (command line)");
        assertThat(run("standalone", "--help")).isZero();
        assertThat(out.toString()).contains("--invoker.memory").contains("--set=KEY=VALUE");
    }

    @Test
    void aWrongConfigurationEndsWithTwoAndOneMessageWithoutAStack() {
        assertThat(run("standalone", "--set", "gateway.prot=1", "--gateway.port=x"))
                .isEqualTo(2);
        assertThat(err.toString())
                .startsWith("hearth: 2 settings are wrong:\n")
                .contains("did you mean gateway.port?")
                .doesNotContain("\tat ");
    }

    @Test
    void rolesThatAreNotBuiltSaySo() {
        for (String role : new String[] {"gateway", "invoker"}) {
            assertThat(run(role)).isEqualTo(1);
            assertThat(err.toString()).contains("NOT_SUPPORTED: the role " + role);
        }
    }

    @Test
    void aMissingBridgeEndsWithOneAndASentence() {
        Path missing = folder.resolve("bridge");
        assertThat(run("standalone", "--data", folder.toString(), "--set", "invoker.bridge=" + missing))
                .isEqualTo(1);
        assertThat(err.toString())
                .startsWith("hearth: the bridge is missing at " + missing)
                .hasLineCount(1);
    }

    private int run(String... arguments) {
        CommandLine main = Main.commandLine();
        main.setOut(new PrintWriter(out, true));
        main.setErr(new PrintWriter(err, true));
        return main.execute(arguments);
    }
}
