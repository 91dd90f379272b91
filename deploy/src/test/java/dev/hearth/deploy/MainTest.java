package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.JoinToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
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
    void aWorkerWithoutAHeadSaysWhatToGive() throws IOException {
        Path bridge = Files.createFile(
                folder.resolve("bridge"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String data = folder.resolve("worker").toString();
        String binary = "invoker.bridge=" + bridge;
        assertThat(run("invoker", "--data", data, "--set", binary)).isEqualTo(1);
        assertThat(err.toString())
                .contains("a worker needs a head: give --join HOST")
                .hasLineCount(1);

        assertThat(run("invoker", "--data", data, "--set", binary, "--join", "127.0.0.1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("give --token TOKEN");

        assertThat(run("invoker", "--data", data, "--set", binary, "--join", "127.0.0.1", "--token", "x"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("that is no join token");
    }

    @Test
    void aHeadMakesTokensThatNameItsAuthority() {
        String data = folder.resolve("head").toString();
        assertThat(run("certs", "token", "--data", data)).isEqualTo(1);
        assertThat(err.toString()).contains("there is no authority in").contains("hearth gateway");

        Authority authority = Authority.create(Path.of(data, "cluster"), Instant.now());
        assertThat(run("certs", "token", "--data", data, "--expires", "10m")).isZero();
        JoinToken token = JoinToken.parse(out.toString());
        assertThat(token.isOf(authority, Instant.now())).isTrue();
        assertThat(token.isOf(authority, Instant.now().plusSeconds(601))).isFalse();
        assertThat(err.toString()).contains("--join HOST --token TOKEN");

        assertThat(run("certs", "token", "--data", data, "--expires", "31d")).isEqualTo(2);
    }

    @Test
    void aMembersCertificateIsMadeAndShown() {
        String data = folder.resolve("head").toString();
        Authority.create(Path.of(data, "cluster"), Instant.now());
        String made = folder.resolve("made").toString();
        assertThat(run("certs", "issue", "worker-7", "--to", made, "--host", "192.0.2.7", "--data", data))
                .isZero();

        assertThat(run("certs", "show", "--set", "cluster.certs=" + made, "--data", data))
                .isZero();
        assertThat(out.toString()).contains("node       worker-7").contains("role       invoker");
        assertThat(run("certs", "issue", "../x", "--to", made, "--data", data)).isEqualTo(1);
        assertThat(err.toString()).contains("is no id of a node");
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

    @Test
    void makesListsAndDeletesKeysWhileNoNodeRuns() {
        String data = folder.resolve("data").toString();
        assertThat(run("keys", "create", "root", "--expires", "90d", "--data", data))
                .isZero();
        String key = out.toString();
        assertThat(key).matches("hearth_[0-9a-f]{12}_[0-9a-f]{64}\n");
        assertThat(err.toString()).contains("shown only now").doesNotContain(key.strip());
        out.getBuffer().setLength(0);
        assertThat(run("keys", "list", "--data", data)).isZero();
        assertThat(out.toString()).contains("root").contains("admin").doesNotContain(key.substring(20, 80));
        out.getBuffer().setLength(0);
        assertThat(run("keys", "delete", key.substring(7, 19), "--data", data)).isZero();
        assertThat(out.toString()).isEqualTo("key " + key.substring(7, 19) + " (root) deleted\n");
    }

    @Test
    void saysWhyAKeyCannotBe() {
        String data = folder.resolve("data").toString();
        assertThat(run("keys", "create", "ci", "--role", "invoke", "--data", data))
                .isEqualTo(1);
        assertThat(run("keys", "create", "ci", "--namespace", "other", "--data", data))
                .isEqualTo(1);
        assertThat(run("keys", "create", "ci", "--expires", "soon", "--data", data))
                .isEqualTo(2);
        assertThat(run("keys", "delete", "nobody", "--data", data)).isEqualTo(1);
        assertThat(run("keys")).isEqualTo(2);
        assertThat(err.toString())
                .contains("there is no key of the role admin")
                .contains("NOT_SUPPORTED: namespace")
                .contains("--expires: ")
                .contains("there is no key of that id or name")
                .contains("create, list or delete")
                .doesNotContain("\tat ");
    }

    @Test
    void checksCopiesAndRestoresTheDatabaseWhileNoNodeRuns() {
        String data = folder.resolve("data").toString();
        String copy = folder.resolve("copy.db").toString();
        assertThat(run("store", "check", "--data", data)).isEqualTo(1);
        assertThat(err.toString()).contains("there is no database at ");
        assertThat(run("keys", "create", "root", "--data", data)).isZero();
        out.getBuffer().setLength(0);
        assertThat(run("store", "check", "--data", data)).isZero();
        assertThat(out.toString()).startsWith("nothing is wrong with the database " + data + "/hearth.db (schema ");
        assertThat(run("store", "backup", copy, "--data", data)).isZero();
        assertThat(out.toString()).contains("the database is in " + copy);
        assertThat(run("store", "backup", copy, "--data", data)).isEqualTo(1);
        assertThat(run("keys", "delete", "root", "--data", data)).isZero();
        assertThat(run("store", "restore", copy, "--data", data)).isZero();
        assertThat(out.toString()).contains("the one of before is kept in " + data + "/hearth.db.before-");
        out.getBuffer().setLength(0);
        assertThat(run("keys", "list", "--data", data)).isZero();
        assertThat(out.toString()).contains("root");
        assertThat(run("store")).isEqualTo(2);
        assertThat(err.toString())
                .contains("give another name", "check, backup or restore")
                .doesNotContain("\tat ");
    }

    private int run(String... arguments) {
        CommandLine main = Main.commandLine();
        main.setOut(new PrintWriter(out, true));
        main.setErr(new PrintWriter(err, true));
        return main.execute(arguments);
    }
}
