/** How a worker answers for itself: health and metrics, on a socket of its owner's and at an address that it is told. */
@NullMarked
package dev.hearth.deploy.monitor;

import org.jspecify.annotations.NullMarked;
