/** Who is told when an asynchronous invocation has ended: functions and webhooks. */
@NullMarked
package dev.hearth.gateway.destination;

import org.jspecify.annotations.NullMarked;
