/**
 * The containers of one node: which call runs where, what is started, kept and removed.
 *
 * <p>Pure decisions. {@link dev.hearth.invoker.pool.ContainerPool} is fed with events and the time, and answers with
 * {@link dev.hearth.invoker.pool.PoolEffect}s that an actor applies. Nothing here reads a clock, waits or does I/O.
 */
@NullMarked
package dev.hearth.invoker.pool;

import org.jspecify.annotations.NullMarked;
