/** Reads code archives that strangers made: what they hold, and why one is refused. Pure: it writes nothing. */
@NullMarked
package dev.hearth.common.archive;

import org.jspecify.annotations.NullMarked;
