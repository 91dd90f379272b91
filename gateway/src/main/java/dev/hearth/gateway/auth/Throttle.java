package dev.hearth.gateway.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many wrong keys each address has sent of late; any thread may use it.
 *
 * <p>An address has so many wrong tries in a window that begins with the first of them; after that its keys are not looked
 * at until the window ends. But a key that this address has used before is: else one bad client could lock out
 * all the others behind the same proxy. Of an IPv6 address the first 64 bits count, since a client has all the rest.
 */
final class Throttle {
    private static final long REMEMBERED_HOURS = 1;
    private static final int PREFIX_BYTES = 8;

    private final int failures;
    private final long windowNanos;
    private final Ticker ticker;
    private final Cache<Long, Window> windows;
    private final Cache<Pass, Boolean> passes;

    Throttle(AuthSettings settings, Ticker ticker) {
        this.failures = settings.failures();
        this.windowNanos = settings.window().toNanos();
        this.ticker = ticker;
        this.windows = Caffeine.newBuilder()
                .maximumSize(settings.addresses())
                .expireAfterWrite(settings.window())
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        this.passes = Caffeine.newBuilder()
                .maximumSize(settings.addresses())
                .expireAfterAccess(REMEMBERED_HOURS, TimeUnit.HOURS)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** What tries are counted by; no two networks have the same. */
    static long source(InetAddress address) {
        byte[] bytes = address.getAddress();
        long source = bytes.length == 4 ? 0xFFFFL : 0;
        for (int i = 0; i < Math.min(bytes.length, PREFIX_BYTES); i++) {
            source = source << 8 | (bytes[i] & 0xFF);
        }
        return source;
    }

    /** Seconds until a key from there is looked at; 0 when one may be sent now. */
    long waitSeconds(long source, String keyId) {
        Window window = windows.getIfPresent(source);
        if (window == null
                || window.failures.get() < failures
                || passes.getIfPresent(new Pass(source, keyId)) != null) {
            return 0;
        }
        long left = windowNanos - (ticker.read() - window.since);
        return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(left + TimeUnit.SECONDS.toNanos(1) - 1));
    }

    /** Counts a wrong key and says how many that makes in this window. */
    int failed(long source) {
        return window(source).failures.incrementAndGet();
    }

    /** Whether this is among the first refusals of a window, for whatever reason, so that a log can bear it. */
    boolean isNoteworthy(long source) {
        return window(source).notes.incrementAndGet() <= failures;
    }

    private Window window(long source) {
        return windows.get(source, ignored -> new Window(ticker.read()));
    }

    void passed(long source, String keyId) {
        Pass pass = new Pass(source, keyId);
        if (passes.getIfPresent(pass) == null) {
            passes.put(pass, Boolean.TRUE);
        }
    }

    private record Pass(long source, String keyId) {}

    private static final class Window {
        private final long since;
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger notes = new AtomicInteger();

        Window(long since) {
            this.since = since;
        }
    }
}
