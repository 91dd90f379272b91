/** What this node keeps on disk for its containers: the code of functions, unpacked once each. */
@NullMarked
package dev.hearth.invoker.image;

import org.jspecify.annotations.NullMarked;
