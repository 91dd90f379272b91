/** Tests of secrets at rest. */
@NullMarked
package dev.hearth.gateway.secret;

import org.jspecify.annotations.NullMarked;
