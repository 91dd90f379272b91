package dev.hearth.invoker.runtime;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.usage.ProcessorTime;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** What a container is to the engine and on disk, and what is being done to it there. */
final class EngineSide {
    private final Making making = new Making();
    private Bytes memory = Bytes.ZERO;
    private @Nullable String id;
    private final ProcessorTime processor = new ProcessorTime();
    private Uplink uplink = Uplink.none();
    private Future<?> work = Future.succeededFuture();

    /** The limits.memory that its cgroup was made for. */
    void madeFor(Bytes limit) {
        memory = limit;
    }

    Bytes memory() {
        return memory;
    }

    void created(String atEngine) {
        id = atEngine;
    }

    /** The engine's id of it; nothing before it was created. */
    @Nullable
    String id() {
        return id;
    }

    /** What the engine finds it by, created or not. */
    String idOr(String name) {
        String known = id;
        return known == null ? name : known;
    }

    /** Its way to the internet. */
    void uplink(Uplink way) {
        uplink = way;
    }

    Uplink uplink() {
        return uplink;
    }

    /** What it has been charged of its processor time. */
    ProcessorTime processor() {
        return processor;
    }

    /** Something is being done to it: its removal waits for the end of that. */
    void doing(Future<?> something) {
        work = Future.join(work, something);
    }

    /** Completes, one way or the other, when nothing is being done to it. */
    Future<?> settled() {
        return work;
    }

    Making stopwatch() {
        return making;
    }
}
