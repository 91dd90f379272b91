package dev.hearth.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.store.Stores;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
    private final SetClock clock = new SetClock();

    @TempDir
    Path folder;

    StoreSettings store() {
        return Stores.sqlite(folder);
    }

    @Test
    void keysAndTheirLastUseOutliveTheProcess() {
        String text;
        try (Database database = Database.open(store())) {
            Keys keys = started(database);
            text = Await.of(keys.create(admin("root"))).text().reveal();
            assertThat(keys.lastUse(keys.all().getFirst())).isEmpty();
            assertThat(keys.judge(text)).isInstanceOf(Verdict.Accepted.class);
            Await.of(keys.keepLastUses());
        }
        try (Database database = Database.open(store())) {
            Keys keys = started(database);
            assertThat(keys.lastUse(keys.all().getFirst())).contains(clock.instant());
            assertThat(keys.judge(text)).isInstanceOf(Verdict.Accepted.class);
            Await.of(keys.delete("root", true));
        }
        try (Database database = Database.open(store())) {
            assertThat(started(database).exist()).isFalse();
        }
    }

    @Test
    void noFileHoldsTheKey() throws IOException {
        String text;
        try (Database database = Database.open(store())) {
            text = Await.of(started(database).create(admin("root"))).text().reveal();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(text.substring(text.length() - 64));
            }
        }
    }

    @Test
    void noTextOfAnObjectHoldsTheKey() {
        KeyText text = KeyText.make(new SecureRandom());
        String secret = text.reveal().substring(20);
        try (Database database = Database.open(store())) {
            Keys.Made made = Await.of(started(database).create(admin("root")));
            assertThat(made.toString()).doesNotContain(made.text().reveal().substring(20));
            assertThat(made.toString()).doesNotContain(made.key().digest().hex());
        }
        assertThat(text.toString()).doesNotContain(secret).endsWith("_...");
    }

    @Test
    void noTwoKeysAreAlike() {
        Set<String> seen = new HashSet<>();
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 1_000; i++) {
            String text = KeyText.make(random).reveal();
            assertThat(text).matches("hearth_[0-9a-f]{12}_[0-9a-f]{64}");
            assertThat(KeyText.parse(text)).isPresent();
            assertThat(seen.add(text)).isTrue();
        }
    }

    @Test
    void anIdThatIsUnknownIsRefusedLikeASecretThatIsWrong() {
        KeyText other = KeyText.make(new SecureRandom());
        assertThat(KeyRing.EMPTY.judge(other.reveal(), clock.instant()))
                .isEqualTo(new Verdict.Refused(Verdict.Reason.WRONG, ""));
        for (String malformed : List.of("", "hearth_", other.reveal() + "0", "x".repeat(84), "é".repeat(84))) {
            assertThat(KeyRing.EMPTY.judge(malformed, clock.instant()))
                    .isEqualTo(new Verdict.Refused(Verdict.Reason.MALFORMED, ""));
        }
    }

    @Test
    void namesThatLookLikeIdsAreRefused() {
        assertThatThrownBy(() -> admin("0123456789ab")).hasMessageContaining("looks like the id of a key");
        assertThatThrownBy(() -> admin("a b")).hasMessageContaining("the name of a key is");
        assertThatThrownBy(() -> NewKey.of("a", "root", "default", Optional.empty()))
                .hasMessageContaining("one of [admin, invoke, metrics]");
        assertThatThrownBy(() -> new NewKey("a", Role.ADMIN, "default", Optional.of(Duration.ofDays(4_000))))
                .hasMessageContaining("expires must be");
    }

    @Test
    void triesAreCountedByAddressAndByTheHalfOfALongOne() {
        assertThat(source("10.0.0.1")).isNotEqualTo(source("10.0.0.2"));
        assertThat(source("2001:db8::1")).isEqualTo(source("2001:db8::2")).isNotEqualTo(source("2001:db8:0:1::1"));
        assertThat(source("::1")).isNotEqualTo(source("0.0.0.1"));
    }

    private static long source(String address) {
        return Throttle.source(InetAddress.ofLiteral(address));
    }

    private Keys started(Database database) {
        Keys keys = new Keys(database, AuthSettings.DEFAULT, clock);
        Await.of(keys.start());
        return keys;
    }

    private static NewKey admin(String name) {
        return new NewKey(name, Role.ADMIN, "default", Optional.empty());
    }
}
