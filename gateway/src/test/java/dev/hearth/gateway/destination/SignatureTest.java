package dev.hearth.gateway.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.secret.MasterKey;
import dev.hearth.gateway.secret.Vault;
import dev.hearth.gateway.store.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignatureTest {
    private static final String KEY = "00112233445566778899aabbccddeeff".repeat(2);
    private static final String BODY = "{\"caf\u00e9\":\"\ud83d\ude00\"}";

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Await.of(vertx.close());
    }

    /** Reckoned by openssl: printf '1.body' | openssl dgst -sha256 -hmac secret. */
    @Test
    void itIsTheHmacOfTimeAndBody() {
        assertThat(Signature.of("secret", 1, "body"))
                .isEqualTo("t=1,v1=842b24d9575dee4b6ec460b7e3af7d683501d84fe6279102340787c79d2e2bab");
    }

    @Test
    void thePythonOfTheManualKnowsWhatIsSignedFromWhatIsNot() throws IOException, InterruptedException {
        long seconds = Instant.now().getEpochSecond();
        String signature = Signature.of("whsec_x", seconds, BODY);
        assertThat(verified("whsec_x", signature, BODY)).isEqualTo("True");
        assertThat(verified("whsec_y", signature, BODY)).isEqualTo("False");
        assertThat(verified("whsec_x", signature, BODY + " ")).isEqualTo("False");
        assertThat(verified("whsec_x", signature.replace("t=" + seconds, "t=" + (seconds - 1)), BODY))
                .isEqualTo("False");
        assertThat(verified("whsec_x", Signature.of("whsec_x", seconds - 3600, BODY), BODY))
                .as("of an hour ago")
                .isEqualTo("False");
    }

    @Test
    void aSecretIsTheSameForANamespaceAndAnotherForAnother() {
        SigningSecrets secrets = secrets(true);
        String one = Await.of(secrets.of("default"));
        assertThat(one).matches("whsec_[0-9a-f]{64}").doesNotContain(KEY);
        assertThat(Await.of(secrets.of("default"))).isEqualTo(one);
        assertThat(Await.of(secrets(false).of("default"))).isEqualTo(one);
        assertThat(Await.of(secrets.of("team"))).isNotEqualTo(one);
    }

    @Test
    void aLostMasterKeyIsNotReplacedWhileSomethingIsSealedUnderIt() {
        SigningSecrets without = new SigningSecrets(
                vertx, new Vault(new MasterKey(folder, Optional.empty())), () -> Future.succeededFuture(false));
        assertThat(without.of("default").otherwise("refused").await()).isEqualTo("refused");
        assertThat(folder.resolve("master.key")).doesNotExist();
        assertThat(Await.of(without.of("default").recover(failure -> Future.succeededFuture(codeOf(failure)))))
                .isEqualTo(ErrorCode.CONFLICT.name());
    }

    private static String codeOf(Throwable failure) {
        return ((HearthException) failure).failure().code().name();
    }

    private SigningSecrets secrets(boolean first) {
        return new SigningSecrets(
                vertx, new Vault(new MasterKey(folder, Optional.of(KEY))), () -> Future.succeededFuture(first));
    }

    private static String verified(String secret, String header, String body) throws IOException, InterruptedException {
        String manual = Files.readString(Path.of("../docs/webhooks.md"));
        String code = manual.substring(manual.indexOf("```python\n") + 10);
        code = code.substring(0, code.indexOf("```"));
        assertThat(code.lines().filter(line -> !line.isBlank())).hasSize(8);
        Process python = new ProcessBuilder(
                        "python3",
                        "-c",
                        code + "import sys\nprint(verified(sys.argv[1], sys.argv[2], sys.stdin.buffer.read()))",
                        secret,
                        header)
                .redirectErrorStream(true)
                .start();
        try (var in = python.getOutputStream()) {
            in.write(body.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return said.strip();
    }
}
