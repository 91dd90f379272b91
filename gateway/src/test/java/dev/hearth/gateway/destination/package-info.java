/** Tests of destinations. */
@NullMarked
package dev.hearth.gateway.destination;

import org.jspecify.annotations.NullMarked;
