/** Functions, their revisions and limits, as gateway and invoker both see them. */
@NullMarked
package dev.hearth.common.function;

import org.jspecify.annotations.NullMarked;
