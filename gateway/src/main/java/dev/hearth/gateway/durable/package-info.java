/**
 * Asynchronous invocations: accepted on disk, fed to the scheduler in their order, tried until they end, and kept as
 * records.
 *
 * <p>The truth is in the database: what is in memory is a window of each revision's queue. An attempt is on disk before it is
 * dispatched and its end is one transaction, so that a kill at any moment loses nothing that was acknowledged.
 */
@NullMarked
package dev.hearth.gateway.durable;

import org.jspecify.annotations.NullMarked;
