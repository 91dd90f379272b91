package dev.hearth.gateway.auth;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** All keys as they were at one moment, in memory; immutable. */
final class KeyRing {
    static final KeyRing EMPTY = new KeyRing(new LinkedHashMap<>());

    private final Map<String, ApiKey> byId;

    private KeyRing(Map<String, ApiKey> byId) {
        this.byId = byId;
    }

    KeyRing with(ApiKey key) {
        Map<String, ApiKey> more = new LinkedHashMap<>(byId);
        more.put(key.id(), key);
        return new KeyRing(more);
    }

    KeyRing without(String id) {
        Map<String, ApiKey> fewer = new LinkedHashMap<>(byId);
        fewer.remove(id);
        return new KeyRing(fewer);
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    Collection<ApiKey> all() {
        return byId.values();
    }

    /** Whose key the text is. An unknown id takes the same steps as a wrong secret. */
    Verdict judge(String presented, Instant now) {
        Optional<KeyText> form = KeyText.parse(presented);
        if (form.isEmpty()) {
            return new Verdict.Refused(Verdict.Reason.MALFORMED, "");
        }
        String id = form.get().id();
        ApiKey key = byId.get(id);
        boolean right =
                (key == null ? KeyDigest.NONE : key.digest()).matches(form.get().digest());
        if (key == null || !right) {
            return new Verdict.Refused(Verdict.Reason.WRONG, key == null ? "" : id);
        }
        return key.isExpired(now) ? new Verdict.Refused(Verdict.Reason.EXPIRED, id) : new Verdict.Accepted(key);
    }
}
