/** Tests of running calls and containers, with containers that the tests play. */
@NullMarked
package dev.hearth.invoker.runtime;

import org.jspecify.annotations.NullMarked;
