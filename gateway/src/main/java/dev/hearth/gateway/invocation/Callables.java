package dev.hearth.gateway.invocation;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import io.vertx.core.Future;
import java.util.Optional;

/** Finds the revision that a call runs. */
public interface Callables {
    /** The one that serves now. */
    Optional<Revision> current(FunctionName name);

    /** The first one of a function, whose image is on its way; empty when waiting would not help. */
    Optional<Future<Revision>> awaited(FunctionName name);
}
