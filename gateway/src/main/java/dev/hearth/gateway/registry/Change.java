package dev.hearth.gateway.registry;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import java.util.Optional;

/**
 * Calls of a function go elsewhere from now on.
 *
 * @param before the revision that served until now; empty for a new function
 * @param now the revision that serves; empty for a deleted function
 */
public record Change(FunctionName function, Optional<Revision> before, Optional<Revision> now) {}
