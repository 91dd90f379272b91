/** The runnable distribution: composes gateway and invoker into roles. */
@NullMarked
package dev.hearth.deploy;

import org.jspecify.annotations.NullMarked;
