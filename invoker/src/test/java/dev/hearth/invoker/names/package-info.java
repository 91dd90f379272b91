/** Tests of the part of DNS that a node speaks. */
@NullMarked
package dev.hearth.invoker.names;

import org.jspecify.annotations.NullMarked;
