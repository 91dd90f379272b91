/** Worker node: runs functions in containers of the node's Docker Engine. */
@NullMarked
package dev.hearth.invoker;

import org.jspecify.annotations.NullMarked;
