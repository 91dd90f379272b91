/**
 * The Docker Engine of this node and what Hearth asks of it.
 *
 * <p>The only package of the invoker that knows docker-java. Every call has a deadline and a typed failure.
 */
@NullMarked
package dev.hearth.invoker.docker;

import org.jspecify.annotations.NullMarked;
