/** The durable database of the head node: opening, migrating, one writer with group commit, a few readers. */
@NullMarked
package dev.hearth.gateway.store;

import org.jspecify.annotations.NullMarked;
