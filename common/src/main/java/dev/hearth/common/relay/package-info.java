/** HTTP requests and answers passed on as streams, no faster than the other end takes them. */
@NullMarked
package dev.hearth.common.relay;

import org.jspecify.annotations.NullMarked;
