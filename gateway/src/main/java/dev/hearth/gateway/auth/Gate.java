package dev.hearth.gateway.auth;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Guard;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a request in by its API key and that key's role; the key's text gets neither into an answer nor into a log. */
public final class Gate implements Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final String SCHEME = "bearer ";

    private final Keys keys;
    private final Throttle throttle;
    private final boolean open;

    /**
     * A gate over these keys.
     *
     * @param openWithoutKeys whether everybody may do everything while there is no key: only where nobody else can reach
     */
    public Gate(Keys keys, AuthSettings settings, boolean openWithoutKeys) {
        this(keys, new Throttle(settings, Ticker.systemTicker()), openWithoutKeys);
    }

    Gate(Keys keys, Throttle throttle, boolean openWithoutKeys) {
        this.keys = keys;
        this.throttle = throttle;
        this.open = openWithoutKeys;
    }

    @Override
    public @Nullable ErrorAnswer refusal(HttpServerRequest request) {
        if (open && !keys.exist()) {
            return null;
        }
        Optional<Role> needed = Access.needed(request.method(), Objects.requireNonNullElse(request.path(), ""));
        if (needed.isEmpty()) {
            return null;
        }
        List<String> given = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        if (given.isEmpty()) {
            return withoutKey(request);
        }
        String header = given.getFirst();
        if (given.size() > 1 || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return unauthenticated("the Authorization header is not one 'Bearer KEY'");
        }
        return judged(request, header.substring(SCHEME.length()).strip(), needed.get());
    }

    private static ErrorAnswer withoutKey(HttpServerRequest request) {
        String query = Objects.requireNonNullElse(request.query(), "");
        return unauthenticated(
                query.toLowerCase(Locale.ROOT).contains(KeyText.PREFIX)
                        ? "a key is not taken from the query, where logs and histories keep it: send it in the header"
                                + " Authorization, and replace it if it was a real one"
                        : "this node asks for an API key");
    }

    private @Nullable ErrorAnswer judged(HttpServerRequest request, String presented, Role needed) {
        long source = Throttle.source(Caller.address(request));
        String id = KeyText.parse(presented).map(KeyText::id).orElse("");
        long seconds = throttle.waitSeconds(source, id);
        if (seconds > 0) {
            return ErrorAnswer.of(
                            ErrorCode.TOO_MANY_REQUESTS,
                            "too many wrong keys came from this address (auth.failures): wait " + seconds + " s")
                    .withRetryAfter((int) seconds);
        }
        return switch (keys.judge(presented)) {
            case Verdict.Accepted(ApiKey key) -> {
                throttle.passed(source, id);
                yield key.role().covers(needed) ? null : forbidden(request, source, key, needed);
            }
            case Verdict.Refused refused -> wrong(request, source, refused);
        };
    }

    private ErrorAnswer wrong(HttpServerRequest request, long source, Verdict.Refused refused) {
        int failures = throttle.failed(source);
        if (throttle.isNoteworthy(source)) {
            LOG.warn(
                    "event=key_refused address={} reason={} key={} failures={}",
                    Caller.address(request).getHostAddress(),
                    refused.reason().name().toLowerCase(Locale.ROOT),
                    refused.id().isEmpty() ? "unknown" : refused.id(),
                    failures);
        }
        return unauthenticated(
                refused.reason() == Verdict.Reason.EXPIRED
                        ? "the API key " + refused.id() + " has expired"
                        : "this is no API key of this node");
    }

    private ErrorAnswer forbidden(HttpServerRequest request, long source, ApiKey key, Role needed) {
        if (throttle.isNoteworthy(source)) {
            LOG.warn(
                    "event=role_refused address={} key={} role={} method={}",
                    Caller.address(request).getHostAddress(),
                    key.id(),
                    key.role(),
                    request.method());
        }
        return ErrorAnswer.of(
                ErrorCode.FORBIDDEN,
                "the key " + key.name() + " has the role " + key.role() + ", which may "
                        + key.role().allowed() + ", nothing else: this asks for a key of the role " + needed);
    }

    private static ErrorAnswer unauthenticated(String message) {
        return ErrorAnswer.of(ErrorCode.UNAUTHENTICATED, message);
    }
}
