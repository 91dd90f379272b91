package dev.hearth.gateway.registry;

import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.store.Stores;

/** The same on PostgreSQL. */
final class RegistryPostgresIT extends RegistryTest {
    @Override
    StoreSettings store() {
        return Stores.postgres(folder);
    }
}
