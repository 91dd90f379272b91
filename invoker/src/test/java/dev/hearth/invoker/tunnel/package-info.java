/** Tests of the tunnel. */
@NullMarked
package dev.hearth.invoker.tunnel;

import org.jspecify.annotations.NullMarked;
