package dev.hearth.common.pki;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a member may be in its cluster; the organisational unit of its certificate. */
public enum Role {
    GATEWAY('g'),
    INVOKER('i');

    /** What stands for it in a token. */
    final byte letter;

    Role(char letter) {
        this.letter = (byte) letter;
    }

    /** The role of that name. */
    public static Optional<Role> named(String name) {
        return Arrays.stream(values())
                .filter(role -> role.toString().equals(name))
                .findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
