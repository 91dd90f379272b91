package dev.hearth.invoker.runtime;

import dev.hearth.common.units.Bytes;
import io.vertx.core.Future;

/** What a container was given when it was made, and what is still being done to it from outside. */
final class Outfit {
    private final Making making = new Making();
    private Bytes memory = Bytes.ZERO;
    private Uplink uplink = Uplink.none();
    private Future<?> work = Future.succeededFuture();

    Making stopwatch() {
        return making;
    }

    /** The limits.memory that its cgroup was made for. */
    void madeFor(Bytes limit) {
        memory = limit;
    }

    Bytes memory() {
        return memory;
    }

    /** Its way to the internet. */
    void uplink(Uplink way) {
        uplink = way;
    }

    Uplink uplink() {
        return uplink;
    }

    /** Something is being done to it on disk or at the engine: its removal waits for the end of that. */
    void doing(Future<?> something) {
        work = Future.join(work, something);
    }

    /** Completes, one way or the other, when nothing is being done to it. */
    Future<?> settled() {
        return work;
    }
}
