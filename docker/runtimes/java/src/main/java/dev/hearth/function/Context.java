package dev.hearth.function;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call as its function sees it. */
public interface Context {
    String invocationId();

    /** The function's name. */
    String function();

    String revision();

    String namespace();

    int memoryMib();

    /** When the call is cut off. */
    Instant deadline();

    /** Milliseconds until the deadline, never below 0. */
    long remainingMs();

    /** Of the event; empty when the caller gave none. */
    String contentType();

    /** The request's headers by lower-case name; values of a repeated one are joined by ", ". */
    Map<String, String> headers();

    /** The bytes of the event as they were received. */
    byte[] body();

    /** The folder of the function's files. Java cannot change its working directory, so this is not it. */
    Path code();

    /** What the function was registered with as {@code init}, read like an event of JSON; null without one. */
    @Nullable
    Object init();

    /** A folder for files that end with the call: /tmp, or one of the call's own where several run at a time. */
    Path scratch();

    /** Writes to the call's log. */
    Logger logger();
}
