package dev.hearth.gateway.store;

import java.nio.file.Path;

/**
 * Where a test has its database, on either engine, empty at first.
 *
 * <p>A contract test opens what a method of its own names, {@code Database.open(store())} with
 * {@code StoreSettings store() { return Stores.sqlite(folder); }}, as often as it likes. The same tests run against
 * PostgreSQL as a subclass named *IT that overrides that one method with {@code Stores.postgres(folder)}.
 */
public final class Stores {
    private Stores() {}

    /** A file in the folder. */
    public static StoreSettings sqlite(Path folder) {
        return StoreSettings.in(folder);
    }

    /** A schema of this folder's own, on one server for all tests of a run. */
    public static StoreSettings postgres(Path folder) {
        return StoreSettings.in(folder).on(SharedPostgres.schema(folder));
    }

    /** The same schema for a head of that name, with a data folder of its own. */
    public static StoreSettings postgres(Path folder, String head) {
        return StoreSettings.in(folder.resolve(head))
                .on(SharedPostgres.schema(folder))
                .as(head);
    }
}
