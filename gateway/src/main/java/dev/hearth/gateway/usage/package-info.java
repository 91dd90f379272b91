/** What functions used, by day, and what that costs. */
@NullMarked
package dev.hearth.gateway.usage;

import org.jspecify.annotations.NullMarked;
