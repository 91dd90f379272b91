/** What the node's containers use, counted and told to a gateway. */
@NullMarked
package dev.hearth.invoker.usage;

import org.jspecify.annotations.NullMarked;
