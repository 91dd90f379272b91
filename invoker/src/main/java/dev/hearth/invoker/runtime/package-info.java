/** Running calls in containers: the actor around the pool, one attempt's life, proof of death, logs. */
@NullMarked
package dev.hearth.invoker.runtime;

import org.jspecify.annotations.NullMarked;
