package dev.hearth.gateway.auth;

import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.store.Stores;

/** The same on PostgreSQL. */
final class KeysPostgresIT extends KeysTest {
    @Override
    StoreSettings store() {
        return Stores.postgres(folder);
    }
}
