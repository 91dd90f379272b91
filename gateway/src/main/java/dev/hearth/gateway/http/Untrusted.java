package dev.hearth.gateway.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/**
 * Bytes that somebody else made: a function's result, its log, its words in an error, a name in a list. A browser must
 * neither guess another type for them nor run them with this server's origin.
 */
public final class Untrusted {
    private static final CharSequence SNIFF = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
    private static final CharSequence SANDBOX = HttpHeaders.createOptimized("sandbox");

    private Untrusted() {}

    /** Says so in the headers of an answer. */
    public static void mark(MultiMap headers) {
        headers.set(SNIFF, NOSNIFF);
        headers.set(POLICY, SANDBOX);
    }
}
