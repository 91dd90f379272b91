package dev.hearth.gateway.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {
    private static final String HEX = "00112233445566778899aabbccddeeff".repeat(2);

    @TempDir
    Path folder;

    @Test
    void aKeyThatItsOwnerAloneCanReadIsMadeAtFirstNeed() throws IOException {
        Vault vault = vault(Optional.empty());
        assertThat(file()).doesNotExist();
        String sealed = vault.seal("s3cret", "registry/default/a", true);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(sealed).doesNotContain("s3cret");
        assertThat(vault(Optional.empty()).open(sealed, "registry/default/a")).isEqualTo("s3cret");
        assertThat(vault.seal("s3cret", "registry/default/a", false)).isNotEqualTo(sealed);
    }

    @Test
    void aKeyOfTheEnvironmentLeavesNoFile() {
        String sealed = vault(Optional.of(HEX)).seal("s3cret", "a", true);
        assertThat(file()).doesNotExist();
        assertThat(vault(Optional.of(HEX)).open(sealed, "a")).isEqualTo("s3cret");
    }

    @Test
    void anotherKeyIsToldFromTheRightOne() {
        String sealed = vault(Optional.empty()).seal("s3cret", "registry/default/a", true);
        Failure failure = refused(() -> vault(Optional.of(HEX)).open(sealed, "registry/default/a"));
        assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(failure.message()).contains("registry/default/a", "another master key", "HEARTH_MASTER_KEY");
    }

    @Test
    void aLostKeyIsNotReplacedWhileSecretsAreSealedUnderIt() throws IOException {
        String sealed = vault(Optional.empty()).seal("s3cret", "a", true);
        Files.delete(file());
        assertThat(refused(() -> vault(Optional.empty()).open(sealed, "a")).message())
                .contains("is missing", file().toString());
        assertThat(refused(() -> vault(Optional.empty()).seal("x", "b", false)).message())
                .contains("is missing");
        assertThat(file()).doesNotExist();
    }

    @Test
    void aSecretOpensOnlyForItsOwnPurposeAndUnchanged() {
        Vault vault = vault(Optional.of(HEX));
        String sealed = vault.seal("s3cret", "a", true);
        assertThat(refused(() -> vault.open(sealed, "b")).message()).contains("was changed");
        String bent = sealed.substring(0, sealed.length() - 4) + "AAA=";
        assertThat(refused(() -> vault.open(bent, "a")).message()).contains("was changed");
        assertThat(refused(() -> vault.open("2.x.y", "a")).message()).contains("does not know");
    }

    @Test
    void aFileThatOthersMayReadOrThatHoldsNoKeyIsRefused() throws IOException {
        vault(Optional.empty()).seal("s3cret", "a", true);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(refused(() -> vault(Optional.empty()).seal("x", "a", true)).message())
                .contains("chmod 600");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file(), "short");
        assertThat(refused(() -> vault(Optional.empty()).seal("x", "a", true)).message())
                .contains("32 bytes");
    }

    @Test
    void aVariableThatIsNoKeyIsRefusedAtOnceWithoutItsValue() {
        Failure failure = refused(() -> vault(Optional.of("hunter2")));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure.message()).contains("HEARTH_MASTER_KEY").doesNotContain("hunter2");
    }

    private Path file() {
        return folder.resolve(MasterKey.FILE);
    }

    private Vault vault(Optional<String> given) {
        return new Vault(new MasterKey(folder, given));
    }

    private static Failure refused(Runnable action) {
        return catchThrowableOfType(HearthException.class, action::run).failure();
    }
}
