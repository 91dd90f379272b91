package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;

/** Both ways: that many bytes were taken; the sender may send as many more. */
public record Credit(InvocationId id, int attempt, int bytes) implements CallMessage {}
