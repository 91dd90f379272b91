package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.FunctionName;

/** How many calls of a function wait, over all its revisions that have calls. */
final class FunctionQueue {
    final FunctionName name;
    int queued;
    /** Revisions that have calls waiting or in flight. */
    int revisions;

    FunctionQueue(FunctionName name) {
        this.name = name;
    }
}
