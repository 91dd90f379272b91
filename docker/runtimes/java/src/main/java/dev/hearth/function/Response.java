package dev.hearth.function;

import org.jspecify.annotations.Nullable;

/**
 * A result with another content type than its kind of value has.
 *
 * @param body what the function could have returned as it is
 * @param contentType of the answer, printable ASCII
 */
public record Response(@Nullable Object body, String contentType) {}
