/** States, start kinds and times of an invocation. */
@NullMarked
package dev.hearth.common.invocation;

import org.jspecify.annotations.NullMarked;
