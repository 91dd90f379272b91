package dev.hearth.gateway.auth;

import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.TextTable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes, lists and deletes keys and tells what came of it, for programs and for people. */
public final class KeyDesk {
    private final Keys keys;

    public KeyDesk(Keys keys) {
        this.keys = keys;
    }

    /** Makes a key; for people the text is the key alone, so that it can go straight into a file. */
    public Future<Reply> create(NewKey asked) {
        return keys.create(asked).map(made -> {
            String text = made.text().reveal();
            return new Reply(201, json(made.key()).put("key", text), text + "\n");
        });
    }

    /** All keys, the oldest first; their texts are known to nobody. */
    public Future<Reply> list() {
        JsonArray all = new JsonArray();
        TextTable table = new TextTable("ID", "NAME", "ROLE", "NAMESPACE", "CREATED", "EXPIRES", "LAST USED");
        for (ApiKey key : keys.all()) {
            all.add(json(key));
            table.row(
                    key.id(),
                    key.name(),
                    key.role(),
                    key.namespace(),
                    key.createdAt(),
                    key.expiresAt()
                            .map(end -> keys.isExpired(key) ? "expired" : end.toString())
                            .orElse("never"),
                    keys.lastUse(key).map(Instant::toString).orElse("never"));
        }
        return Future.succeededFuture(new Reply(200, new JsonObject().put("keys", all), table.toString()));
    }

    /**
     * Deletes a key by id or name.
     *
     * @param evenLastAdmin whether the last key that can administer the node may go
     */
    public Future<Reply> delete(String idOrName, boolean evenLastAdmin) {
        return keys.delete(idOrName, evenLastAdmin)
                .map(key -> new Reply(
                        200,
                        new JsonObject()
                                .put("id", key.id())
                                .put("name", key.name())
                                .put("result", "deleted"),
                        "key " + key.id() + " (" + key.name() + ") deleted\n"));
    }

    private JsonObject json(ApiKey key) {
        return new JsonObject()
                .put("id", key.id())
                .put("name", key.name())
                .put("role", key.role().toString())
                .put("namespace", key.namespace())
                .put("createdAt", key.createdAt().toString())
                .put("expiresAt", text(key.expiresAt()))
                .put("lastUsedAt", text(keys.lastUse(key)));
    }

    private static @Nullable String text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(null);
    }
}
