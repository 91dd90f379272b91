package dev.hearth.gateway.auth;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.store.Changes.Topic;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;

/**
 * The API keys: makes and deletes them durably and says whose key a text is.
 *
 * <p>Requests are judged by a snapshot in memory, which the database's writer thread alone replaces, after each commit: a
 * key that was deleted is refused here before the one who deleted it has his answer, and by other heads as soon as they have
 * read the keys again. When each key was used last is counted
 * in memory and kept now and then; a kill may lose the last minute of it.
 */
public final class Keys {
    private final Database database;
    private final AuthSettings settings;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, AtomicLong> lastUses = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Long> keptUses = new ConcurrentHashMap<>();
    private volatile KeyRing ring = KeyRing.EMPTY;

    public Keys(Database database, AuthSettings settings, InstantSource clock) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
    }

    /** A new key with its text, which is nowhere else. */
    record Made(ApiKey key, KeyText text) {}

    /** Fills the snapshot. */
    public Future<Void> start() {
        record Rows(List<ApiKey> keys, Map<String, Long> uses) {}
        return database.write(handle -> new Rows(KeyRows.all(handle), KeyRows.lastUses(handle)), rows -> {
                    rows.keys().forEach(key -> ring = ring.with(key));
                    keptUses.putAll(rows.uses());
                    rows.uses().forEach((id, at) -> lastUses.put(id, new AtomicLong(at)));
                })
                .mapEmpty();
    }

    /** Reads again what another head has changed. */
    public Future<Void> refresh() {
        return database.write(KeyRows::all, keys -> {
                    KeyRing fresh = KeyRing.EMPTY;
                    for (ApiKey key : keys) {
                        fresh = fresh.with(key);
                    }
                    ring = fresh;
                })
                .mapEmpty();
    }

    /** Whether there is any key, expired ones included: then every call needs one. */
    public boolean exist() {
        return !ring.isEmpty();
    }

    Verdict judge(String presented) {
        Instant now = clock.instant();
        Verdict verdict = ring.judge(presented, now);
        if (verdict instanceof Verdict.Accepted accepted) {
            lastUses.computeIfAbsent(accepted.key().id(), id -> new AtomicLong())
                    .setRelease(now.toEpochMilli());
        }
        return verdict;
    }

    List<ApiKey> all() {
        return List.copyOf(ring.all());
    }

    boolean isExpired(ApiKey key) {
        return key.isExpired(clock.instant());
    }

    Optional<Instant> lastUse(ApiKey key) {
        return Optional.ofNullable(lastUses.get(key.id())).map(at -> Instant.ofEpochMilli(at.get()));
    }

    /** Makes a key; it is on disk and works when the future succeeds. */
    Future<Made> create(NewKey asked) {
        KeyText text = KeyText.make(random);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ApiKey key = new ApiKey(
                text.id(),
                asked.name(),
                asked.namespace(),
                asked.role(),
                text.digest(),
                now,
                asked.lifetime().map(now::plus));
        return database.write(handle -> insert(handle, key, now), done -> ring = ring.with(key))
                .map(done -> new Made(key, text));
    }

    private ApiKey insert(Handle handle, ApiKey key, Instant now) {
        database.changes().note(handle, Topic.KEY, "");
        List<ApiKey> present = KeyRows.all(handle);
        if (present.size() >= settings.keys()) {
            throw refused(present.size() + " keys are there already, as many as auth.keys allows: delete some");
        }
        if (present.stream().anyMatch(other -> other.name().equals(key.name()))) {
            throw refused("there is a key named " + key.name() + " already: delete it, or take another name");
        }
        if (!key.isLivingAdmin(now) && present.stream().noneMatch(other -> other.isLivingAdmin(now))) {
            throw refused("there is no key of the role admin, without which nobody could administer the node"
                    + " over its API: make that one first");
        }
        KeyRows.insert(handle, key);
        return key;
    }

    /**
     * Deletes a key by its id or name; it is refused from before the future succeeds.
     *
     * @param evenLastAdmin whether the last one that can administer the node may go
     */
    Future<ApiKey> delete(String idOrName, boolean evenLastAdmin) {
        Instant now = clock.instant();
        return database.write(handle -> remove(handle, idOrName, evenLastAdmin, now), key -> {
            ring = ring.without(key.id());
            lastUses.remove(key.id());
            keptUses.remove(key.id());
        });
    }

    private ApiKey remove(Handle handle, String idOrName, boolean evenLastAdmin, Instant now) {
        database.changes().note(handle, Topic.KEY, "");
        List<ApiKey> present = KeyRows.all(handle);
        ApiKey key = present.stream()
                .filter(one -> one.id().equals(idOrName) || one.name().equals(idOrName))
                .findFirst()
                .orElseThrow(() -> new HearthException(
                        ErrorCode.NOT_FOUND, "there is no key of that id or name: see hearth keys list"));
        boolean last = key.isLivingAdmin(now)
                && present.stream().noneMatch(other -> !other.equals(key) && other.isLivingAdmin(now));
        if (last && !evenLastAdmin) {
            throw refused("the key " + key.name() + " is the last of the role admin: make another first, or delete it"
                    + " on the node's machine with hearth keys delete");
        }
        KeyRows.delete(handle, key.id());
        return key;
    }

    /** Writes down when keys were used last, as far as that has changed. */
    public Future<Void> keepLastUses() {
        Map<String, Long> changed = new ConcurrentHashMap<>();
        lastUses.keySet().removeIf(id -> !ring.has(id));
        lastUses.forEach((id, at) -> {
            if (!Long.valueOf(at.get()).equals(keptUses.get(id))) {
                changed.put(id, at.get());
            }
        });
        if (changed.isEmpty()) {
            return Future.succeededFuture();
        }
        return database.write(
                        handle -> {
                            changed.forEach((id, at) -> KeyRows.used(handle, id, at));
                            return changed;
                        },
                        keptUses::putAll)
                .mapEmpty();
    }

    private static HearthException refused(String message) {
        return new HearthException(ErrorCode.CONFLICT, message);
    }
}
