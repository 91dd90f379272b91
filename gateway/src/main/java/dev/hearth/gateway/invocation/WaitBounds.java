package dev.hearth.gateway.invocation;

import dev.hearth.common.units.Bytes;
import java.time.Duration;

/**
 * Bounds of clients that wait for the ends of invocations.
 *
 * @param waiters clients at one time
 * @param ids invocations that one may wait for
 * @param most longest wait
 * @param heartbeat how often a stream of events without news sends a sign of life
 * @param documentBytes longest list of invocations
 */
public record WaitBounds(int waiters, int ids, Duration most, Duration heartbeat, Bytes documentBytes) {}
