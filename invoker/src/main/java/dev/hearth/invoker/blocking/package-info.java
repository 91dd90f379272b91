/** Blocking work (the engine, files) away from the event loops: bounded, with a deadline, back on the caller's context. */
@NullMarked
package dev.hearth.invoker.blocking;

import org.jspecify.annotations.NullMarked;
