/** Tests of the container pool. */
@NullMarked
package dev.hearth.invoker.pool;

import org.jspecify.annotations.NullMarked;
