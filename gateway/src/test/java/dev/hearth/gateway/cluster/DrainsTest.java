package dev.hearth.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.Stores;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DrainsTest {
    @TempDir
    Path folder;

    @Test
    void outliveTheHeadAndEndByAWordAlone() {
        try (Database database = Database.open(Stores.sqlite(folder))) {
            Drains drains = new Drains(database);
            Await.of(drains.set("a", true));
            Await.of(drains.set("a", true));
            Await.of(drains.set("b", true));
            Await.of(drains.set("b", false));
            assertThat(drains.has("a")).isTrue();
            assertThat(drains.has("b")).isFalse();
        }
        try (Database database = Database.open(Stores.sqlite(folder))) {
            Drains drains = new Drains(database);
            assertThat(drains.has("a")).isFalse();
            Await.of(drains.load());
            assertThat(drains.has("a")).isTrue();
        }
    }
}
