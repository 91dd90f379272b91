/** Calls over time: read from a file, or made from a seed. */
@NullMarked
package dev.hearth.deploy.simulation.trace;

import org.jspecify.annotations.NullMarked;
