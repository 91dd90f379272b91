/** The messages between gateway and invoker and their binary codec. */
@NullMarked
package dev.hearth.common.bus;

import org.jspecify.annotations.NullMarked;
