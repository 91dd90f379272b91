package dev.hearth.gateway.store;

/** The same on PostgreSQL. */
final class DatabasePostgresIT extends DatabaseTest {
    @Override
    StoreSettings store() {
        return Stores.postgres(folder);
    }
}
