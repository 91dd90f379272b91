package dev.hearth.gateway.durable;

import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.store.Stores;

/** The same on PostgreSQL. */
final class DurablePostgresIT extends DurableTest {
    @Override
    StoreSettings store() {
        return Stores.postgres(folder);
    }
}
