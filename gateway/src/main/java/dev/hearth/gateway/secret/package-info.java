/** Secrets at rest: the node's master key and what is sealed under it. */
@NullMarked
package dev.hearth.gateway.secret;

import org.jspecify.annotations.NullMarked;
