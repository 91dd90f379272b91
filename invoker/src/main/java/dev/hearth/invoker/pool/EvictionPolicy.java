package dev.hearth.invoker.pool;

import java.util.Arrays;

/** Which idle containers go first when room is short. */
public enum EvictionPolicy {
    /** The longest idle since its last call, until memory and scratch suffice. */
    LRU("lru"),
    /** The smallest single container that covers the rest, else the largest, and again (WRENCH's policy). */
    RAM("ram");

    private final String text;

    EvictionPolicy(String text) {
        this.text = text;
    }

    /**
     * The policy of this name.
     *
     * @throws IllegalArgumentException with a sentence for the user when there is none
     */
    public static EvictionPolicy named(String name) {
        return Arrays.stream(values())
                .filter(policy -> policy.text.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + name + "' is no eviction policy: use one of " + Arrays.toString(values())));
    }

    IdleIndex newIndex() {
        return switch (this) {
            case LRU -> new LruIndex();
            case RAM -> new RamIndex();
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
