package dev.hearth.invoker.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which code the cache holds, in the order of its last use, and who is pinned: bookkeeping alone.
 *
 * <p>Strict LRU: room is made by the longest unused first, never by one that is pinned, and either enough goes or nothing.
 * Room is taken before a fetch begins, so that fetches under way count. Not for several threads at once.
 */
final class CodeShelf {
    private final long capacity;
    private final LinkedHashMap<String, Item> items = new LinkedHashMap<>(16, 0.75f, true);
    private long used;

    /** One code: its bytes on disk, or those reserved for it. */
    private static final class Item {
        private long bytes;
        private int pins;

        private Item(long bytes) {
            this.bytes = bytes;
        }
    }

    CodeShelf(long capacity) {
        this.capacity = capacity;
    }

    /** Takes what an earlier life of the invoker left, oldest use first. */
    void adopt(String key, long bytes) {
        items.put(key, new Item(bytes));
        used += bytes;
    }

    /**
     * Makes room and takes it, pinned once; answers with what must go, longest unused first, or with nothing when even
     * that would not do.
     */
    Optional<List<String>> reserve(String key, long bytes) {
        Optional<List<String>> victims = victims(used + bytes - capacity);
        victims.ifPresent(keys -> {
            keys.forEach(this::remove);
            Item item = new Item(bytes);
            item.pins = 1;
            items.put(key, item);
            used += bytes;
        });
        return victims;
    }

    /** What must go to free this much; nothing has gone yet. */
    Optional<List<String>> victims(long bytes) {
        List<String> keys = new ArrayList<>();
        long missing = bytes;
        for (Map.Entry<String, Item> entry : items.entrySet()) {
            if (missing <= 0) {
                break;
            }
            if (entry.getValue().pins == 0) {
                keys.add(entry.getKey());
                missing -= entry.getValue().bytes;
            }
        }
        return missing <= 0 ? Optional.of(keys) : Optional.empty();
    }

    /** Sets what a reservation really needed. */
    void settle(String key, long bytes) {
        Item item = items.get(key);
        if (item != null) {
            used += bytes - item.bytes;
            item.bytes = bytes;
        }
    }

    void remove(String key) {
        Item item = items.remove(key);
        if (item != null) {
            used -= item.bytes;
        }
    }

    boolean holds(String key) {
        return items.containsKey(key);
    }

    long bytes(String key) {
        Item item = items.get(key);
        return item == null ? 0 : item.bytes;
    }

    /** Counts as a use. */
    void pin(String key) {
        Item item = items.get(key);
        if (item != null) {
            item.pins++;
        }
    }

    /** Counts as a use: a container that ran until now used it until now. */
    void unpin(String key) {
        Item item = items.get(key);
        if (item != null && item.pins > 0) {
            item.pins--;
        }
    }

    long used() {
        return used;
    }
}
