/** Tests of what containers use. */
@NullMarked
package dev.hearth.invoker.usage;

import org.jspecify.annotations.NullMarked;
