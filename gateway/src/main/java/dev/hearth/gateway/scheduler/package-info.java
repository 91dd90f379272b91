/** Decides which call goes to which node, and when: first come, first served, without blocking those that fit. */
@NullMarked
package dev.hearth.gateway.scheduler;

import org.jspecify.annotations.NullMarked;
