package dev.hearth.common.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoiningTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Subject WORKER = new Subject("worker-7", Role.INVOKER, List.of("192.0.2.7", "w7.example"));

    @TempDir
    private Path folder;

    private Authority authority;

    @BeforeEach
    void make() {
        authority = Authority.create(folder.resolve("ca"), NOW);
    }

    private JoinToken token() {
        return JoinToken.make(authority, Role.INVOKER, NOW.plusSeconds(60));
    }

    @Test
    void aNewMemberGetsACertificateForAKeyThatNeverLeftIt() throws Exception {
        JoinToken token = JoinToken.parse(token().text());
        Enrolment enrolment = Enrolment.of(WORKER);
        String answer = Enrolment.approve(authority, token, enrolment.request(), NOW);

        Identity identity = enrolment.keep(folder.resolve("w"), answer, token);

        assertThat(identity.node()).isEqualTo("worker-7");
        assertThat(identity.role()).isEqualTo(Role.INVOKER);
        assertThat(identity.authority()).isEqualTo(authority.certificate());
        assertThat(identity.certificate().getSubjectAlternativeNames().toString())
                .contains("192.0.2.7", "w7.example");
        assertThat(identity.certificate().getBasicConstraints())
                .as("signs nobody")
                .isEqualTo(-1);
        assertThat(Identity.read(folder.resolve("w"))).isEqualTo(identity);
        for (Path file : List.of(
                new IdentityFiles(folder.resolve("w")).key(),
                Authority.keyFile(folder.resolve("ca")),
                folder.resolve("w"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .endsWith("------");
        }
        identity.requireValid(NOW);
        identity.requireValid(NOW.minus(Duration.ofHours(23)));
    }

    @Test
    void aTokenHoldsForItsTimeItsRoleAndItsAuthority() {
        JoinToken token = token();
        Authority other = Authority.create(folder.resolve("other"), NOW);

        assertThat(token.isOf(authority, NOW)).isTrue();
        assertThat(token.isOf(authority, NOW.plusSeconds(60))).isFalse();
        assertThat(token.isOf(other, NOW)).isFalse();
        assertThat(token.isFor(Role.INVOKER)).isTrue();
        assertThat(token.isFor(Role.GATEWAY)).isFalse();
        assertThat(token().text()).isNotEqualTo(token.text());
    }

    @Test
    void aChangedTokenIsRefused() {
        String text = token().text();
        int refused = 0;
        for (int at = "hearth1.".length(); at < text.indexOf('.', 8); at++) {
            char other = text.charAt(at) == 'A' ? 'B' : 'A';
            String changed = text.substring(0, at) + other + text.substring(at + 1);
            refused += JoinToken.parse(changed).isOf(authority, NOW) ? 0 : 1;
        }
        // The last letter carries bits that are not read.
        assertThat(refused).isGreaterThanOrEqualTo(text.indexOf('.', 8) - "hearth1.".length() - 1);
        for (String wrong : List.of("", "x", "hearth1.", "hearth2." + text.substring(8), text + ".x", "hearth1.@@.z")) {
            assertThatThrownBy(() -> JoinToken.parse(wrong)).hasMessageContaining("hearth certs token");
        }
    }

    @Test
    void aWorkersTokenMakesNoHead() {
        Enrolment head = Enrolment.of(new Subject("evil", Role.GATEWAY, List.of()));

        assertThatThrownBy(() -> Enrolment.approve(authority, token(), head.request(), NOW))
                .hasMessageContaining("not for a member that is gateway");
    }

    @Test
    void aDamagedRequestIsRefusedInWords() {
        String request = Enrolment.of(WORKER).request();
        assertThatThrownBy(() -> Enrolment.approve(authority, token(), "nothing", NOW))
                .isInstanceOf(PkiFault.class)
                .hasMessageContaining("holds no CERTIFICATE REQUEST");
        assertThatThrownBy(() -> Enrolment.approve(authority, token(), "x".repeat(20_000), NOW))
                .hasMessageContaining("larger than");
        int middle = request.length() / 2;
        String broken = request.substring(0, middle)
                + (request.charAt(middle) == 'Q' ? 'R' : 'Q')
                + request.substring(middle + 1);
        assertThatThrownBy(() -> Enrolment.approve(authority, token(), broken, NOW))
                .isInstanceOf(PkiFault.class);
    }

    @Test
    void anAnswerOfAnotherClusterOrForAnotherKeyIsNotKept() {
        JoinToken token = token();
        Authority other = Authority.create(folder.resolve("other"), NOW);
        Enrolment mine = Enrolment.of(WORKER);
        JoinToken theirs = JoinToken.make(other, Role.INVOKER, NOW.plusSeconds(60));

        assertThatThrownBy(() ->
                        mine.keep(folder.resolve("w"), Enrolment.approve(other, theirs, mine.request(), NOW), token))
                .hasMessageContaining("not of the cluster");
        String forAnother =
                Enrolment.approve(authority, token, Enrolment.of(WORKER).request(), NOW);
        assertThatThrownBy(() -> mine.keep(folder.resolve("w"), forAnother, token))
                .hasMessageContaining("another key");
        assertThat(Identity.isIn(folder.resolve("w"))).isFalse();
    }

    @Test
    void certificatesTellWhenTheyDoNotHold() {
        Identity identity = authority.issue(WORKER, folder.resolve("w"), NOW);

        assertThatThrownBy(() ->
                        identity.requireValid(NOW.plus(Authority.MEMBER_LIFE).plusSeconds(1)))
                .hasMessageContaining("of node worker-7 expired at 2028-02-29T12:00:00Z")
                .hasMessageContaining("hearth certs issue");
        assertThatThrownBy(() -> identity.requireValid(NOW.minus(Duration.ofDays(2))))
                .hasMessageContaining("set the clock right");
    }

    @Test
    void filesThatDoNotBelongTogetherAreRefused() throws Exception {
        authority.issue(WORKER, folder.resolve("w"), NOW);
        Authority other = Authority.create(folder.resolve("other"), NOW);
        Files.writeString(new IdentityFiles(folder.resolve("w")).authority(), Pem.of(other.certificate()));

        assertThatThrownBy(() -> Identity.read(folder.resolve("w"))).hasMessageContaining("was not signed by");
        Files.writeString(new IdentityFiles(folder.resolve("w")).key(), "rubbish");
        assertThatThrownBy(() -> Identity.read(folder.resolve("w"))).hasMessageContaining("holds no PRIVATE KEY");
    }
}
