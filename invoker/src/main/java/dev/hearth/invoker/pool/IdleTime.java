package dev.hearth.invoker.pool;

import dev.hearth.common.id.RevisionId;

/**
 * How long containers of a revision stood warm without a call.
 *
 * @param byteMillis limits.memory x milliseconds, summed over them
 */
public record IdleTime(RevisionId revision, long byteMillis) {}
