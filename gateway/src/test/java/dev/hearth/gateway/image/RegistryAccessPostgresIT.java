package dev.hearth.gateway.image;

import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.store.Stores;

/** The same on PostgreSQL. */
final class RegistryAccessPostgresIT extends RegistryAccessTest {
    @Override
    StoreSettings store() {
        return Stores.postgres(folder);
    }
}
