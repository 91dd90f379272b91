/** Invocations: calls in flight, their bodies, answers and records. */
@NullMarked
package dev.hearth.gateway.invocation;

import org.jspecify.annotations.NullMarked;
