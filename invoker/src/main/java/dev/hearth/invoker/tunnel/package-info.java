/** The way by which images come from the head to an engine of the node's own: a listener on loopback, TLS behind it. */
@NullMarked
package dev.hearth.invoker.tunnel;

import org.jspecify.annotations.NullMarked;
