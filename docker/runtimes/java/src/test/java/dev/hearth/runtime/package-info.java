/** Tests of the parts of the java runtime that need no process of their own. */
@NullMarked
package dev.hearth.runtime;

import org.jspecify.annotations.NullMarked;
