/**
 * The way to the internet that functions with {@code network: internet} have: one point-to-point link a container, and the
 * firewall around all of them.
 */
@NullMarked
package dev.hearth.invoker.network;

import org.jspecify.annotations.NullMarked;
