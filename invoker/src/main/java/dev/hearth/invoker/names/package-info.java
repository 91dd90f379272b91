/** The part of DNS that a node's own name server speaks: questions for addresses, asked of others and answered in short. */
@NullMarked
package dev.hearth.invoker.names;

import org.jspecify.annotations.NullMarked;
