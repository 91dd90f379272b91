/** The head node's view of container images: which are here, and pulling those that are not. */
@NullMarked
package dev.hearth.gateway.image;

import org.jspecify.annotations.NullMarked;
