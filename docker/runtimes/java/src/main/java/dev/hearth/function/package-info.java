/** What a Java function may import from Hearth. */
@NullMarked
package dev.hearth.function;

import org.jspecify.annotations.NullMarked;
