package dev.hearth.gateway;

import dev.hearth.common.config.NodeConfig;
import dev.hearth.gateway.auth.KeyDesk;
import dev.hearth.gateway.auth.Keys;
import dev.hearth.gateway.store.Database;
import java.time.InstantSource;

/** The keys in a data folder that no node uses now; blocks. */
public final class KeyFolder implements AutoCloseable {
    private final Database database;
    private final Keys keys;

    private KeyFolder(Database database, Keys keys) {
        this.database = database;
        this.keys = keys;
    }

    /**
     * Opens the database of the folder, creating or upgrading it.
     *
     * @throws dev.hearth.common.error.HearthException STORE_UNAVAILABLE with a sentence
     */
    public static KeyFolder open(GatewayConfig config, NodeConfig node) {
        Database database = Database.open(config.storeSettings(node.data()));
        Keys keys = new Keys(database, config.auth(), InstantSource.system());
        keys.start().await();
        return new KeyFolder(database, keys);
    }

    public KeyDesk desk() {
        return new KeyDesk(keys);
    }

    @Override
    public void close() {
        database.close();
    }
}
