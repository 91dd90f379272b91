/** Tests of usage. */
@NullMarked
package dev.hearth.gateway.usage;

import org.jspecify.annotations.NullMarked;
