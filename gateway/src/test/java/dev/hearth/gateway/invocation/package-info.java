/** Tests of calls in flight, with nodes that the tests play. */
@NullMarked
package dev.hearth.gateway.invocation;

import org.jspecify.annotations.NullMarked;
