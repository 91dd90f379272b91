/** The java runtime of Hearth, on the JDK alone. */
@NullMarked
package dev.hearth.runtime;

import org.jspecify.annotations.NullMarked;
