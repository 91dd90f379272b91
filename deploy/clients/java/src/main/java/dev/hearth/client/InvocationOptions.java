package dev.hearth.client;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** How one asynchronous call is to be made; every method gives a changed copy. */
public final class InvocationOptions {
    /** At once, as often as the node is set to try, without a destination. */
    public static final InvocationOptions DEFAULT = new InvocationOptions(Map.of(), "");

    private final Map<String, String> query;
    private final String key;

    private InvocationOptions(Map<String, String> query, String key) {
        this.query = query;
        this.key = key;
    }

    /** Run time of one attempt, at most the function's own. */
    public InvocationOptions timeout(Duration span) {
        return with("timeout", Spans.text(span));
    }

    /** Attempts after the first one. */
    public InvocationOptions retries(int count) {
        return with("retries", Integer.toString(count));
    }

    /** Wait before the second attempt; it doubles with each further one. */
    public InvocationOptions backoff(Duration span) {
        return with("backoff", Spans.text(span));
    }

    /** Not before so much time has passed. */
    public InvocationOptions delay(Duration span) {
        return with("delay", Spans.text(span));
    }

    /** Not before that time. */
    public InvocationOptions notBefore(Instant time) {
        return with("notBefore", time.toString());
    }

    /** Ends as EXPIRED when it has not begun by then. */
    public InvocationOptions expiresAfter(Duration span) {
        return with("expiresAfter", Spans.text(span));
    }

    /** {@code function:NAME} or a URL, which is told of a success. */
    public InvocationOptions onSuccess(String destination) {
        return with("onSuccess", destination);
    }

    /** {@code function:NAME} or a URL, which is told of a failure. */
    public InvocationOptions onFailure(String destination) {
        return with("onFailure", destination);
    }

    /** Two calls with the same key are one invocation. Without it each call has a key of its own, for retries. */
    public InvocationOptions idempotencyKey(String text) {
        return new InvocationOptions(query, text);
    }

    private InvocationOptions with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(name, value);
        return new InvocationOptions(more, key);
    }

    Map<String, String> query() {
        return query;
    }

    String keyOrNew() {
        return key.isEmpty() ? UUID.randomUUID().toString() : key;
    }
}
