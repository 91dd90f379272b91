/** The real scheduler and the real pools of a whole cluster on a virtual clock. */
@NullMarked
package dev.hearth.deploy.simulation;

import org.jspecify.annotations.NullMarked;
