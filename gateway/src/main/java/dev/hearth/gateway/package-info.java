/** Head node: takes functions and calls over HTTP and sends calls to invokers. */
@NullMarked
package dev.hearth.gateway;

import org.jspecify.annotations.NullMarked;
