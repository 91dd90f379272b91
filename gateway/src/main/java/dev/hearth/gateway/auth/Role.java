package dev.hearth.gateway.auth;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.util.Arrays;
import java.util.Locale;

/** What the holder of a key may do. */
public enum Role {
    ADMIN("do everything"),
    INVOKE("call functions, read the records, logs and outputs of calls, and cancel them"),
    METRICS("read /metrics");

    private final String allowed;

    Role(String allowed) {
        this.allowed = allowed;
    }

    static Role named(String name) {
        return Arrays.stream(values())
                .filter(role -> role.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new HearthException(
                        ErrorCode.INVALID_REQUEST, "there is no such role: it is one of " + Arrays.toString(values())));
    }

    boolean covers(Role asked) {
        return this == ADMIN || asked == this;
    }

    /** What its holder may do, to follow "may". */
    String allowed() {
        return allowed;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
