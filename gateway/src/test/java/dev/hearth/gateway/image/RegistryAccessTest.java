package dev.hearth.gateway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.gateway.secret.MasterKey;
import dev.hearth.gateway.secret.Vault;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.store.Stores;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryAccessTest {
    private static final Credentials ADA = new Credentials("registry.example.org:5000", "ada", "open sesame");

    @TempDir
    Path folder;

    StoreSettings store() {
        return Stores.sqlite(folder);
    }

    @Test
    void credentialsOutliveTheProcessSealedAndAreReplaced() {
        try (Database database = Database.open(store())) {
            RegistryAccess access = access(database);
            Await.of(access.put("default", new Credentials(ADA.host(), "eve", "before")));
            StoredCredentials stored = Await.of(access.put("default", ADA));
            assertThat(stored.sealed()).doesNotContain("sesame");
        }
        try (Database database = Database.open(store())) {
            RegistryAccess access = access(database);
            assertThat(Await.of(access.all())).hasSize(1);
            assertThat(Await.of(access.find("default", ADA.host()))).contains(ADA);
            assertThat(Await.of(access.find("other", ADA.host()))).isEmpty();
        }
    }

    @Test
    void whatWasDeletedIsGoneAndCannotBeDeletedAgain() {
        try (Database database = Database.open(store())) {
            RegistryAccess access = access(database);
            Await.of(access.put("default", ADA));
            Await.of(access.delete("default", ADA.host()));
            assertThat(Await.of(access.all())).isEmpty();
            assertThatThrownBy(() -> Await.of(access.delete("default", ADA.host())))
                    .hasMessageContaining("no credentials are stored for the registry " + ADA.host());
        }
    }

    private RegistryAccess access(Database database) {
        return new RegistryAccess(database, new Vault(new MasterKey(folder, Optional.empty())), InstantSource.system());
    }
}
