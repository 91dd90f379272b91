package dev.hearth.invoker.sidechannel;

import io.vertx.core.buffer.Buffer;

/**
 * What goes with a call's event.
 *
 * @param call number of the call in its container, 1, 2, 3...
 * @param deadlineMillis Unix milliseconds
 * @param invocation the invocation's id as the user sees it
 * @param contentType of the event; may be empty
 * @param headers of the request, lines {@code name: value\n}; opaque here; may be empty
 */
public record RunHead(long call, long deadlineMillis, String invocation, String contentType, Buffer headers) {}
