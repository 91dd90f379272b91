package dev.hearth.gateway.auth;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A key that is asked for.
 *
 * @param name letters, digits, dot, dash and underscore, at most 63; not of the form of an id
 * @param namespace only the default one is built
 * @param lifetime empty for a key that does not expire
 */
public record NewKey(String name, Role role, String namespace, Optional<Duration> lifetime) {
    /** A longer one is meant to be for ever. */
    static final Duration LONGEST = Duration.ofDays(3_650);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public NewKey {
        if (!NAME.matcher(name).matches()) {
            throw refused("the name of a key is 1 to 63 letters, digits, '.', '-' or '_', such as ci or anna.laptop");
        }
        if (KeyText.isId(name)) {
            throw refused("the name " + name + " looks like the id of a key: take another");
        }
        if (!namespace.equals(FunctionName.DEFAULT_NAMESPACE)) {
            throw new HearthException(
                    ErrorCode.NOT_SUPPORTED,
                    "namespace: keys have the namespace '" + FunctionName.DEFAULT_NAMESPACE
                            + "' only, others are not built yet");
        }
        if (lifetime.filter(span -> span.toMillis() < 1 || span.compareTo(LONGEST) > 0)
                .isPresent()) {
            throw refused("expires must be 1ms to 3650d; leave it out for a key that does not expire");
        }
    }

    /** As people write it: the name of the role, and a duration or nothing. */
    public static NewKey of(String name, String role, String namespace, Optional<Duration> lifetime) {
        return new NewKey(name, Role.named(role), namespace, lifetime);
    }

    private static HearthException refused(String message) {
        return new HearthException(ErrorCode.INVALID_REQUEST, message);
    }
}
