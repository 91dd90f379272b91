package dev.hearth.invoker.runtime;

import java.time.Duration;

/**
 * Bounds of running calls and containers.
 *
 * @param node the node's id
 * @param epoch start of this invoker's life, Unix milliseconds
 * @param window bytes of a body that may be under way to or from a container without credit
 * @param startTimeout from the engine's create to the runtime's hello
 * @param adoptGrace how long bridge and runtime dial again after the invoker went
 * @param killGrace time for a proof of death before the node stops taking calls
 * @param bridgeGrace time for the bridge's answer before the engine is asked to kill
 * @param killRetry time between two tries to kill
 * @param removals containers that are removed at once
 * @param logBytes log of one invocation
 * @param logsBytes logs of all invocations
 * @param logTail last lines of the log that a failure carries
 * @param heartbeat between two statuses
 * @param rest pause after a start before the engine is asked for more
 * @param announceAfter a run that lasts longer is announced to its gateway
 */
public record RuntimeSettings(
        String node,
        long epoch,
        int window,
        Duration startTimeout,
        Duration adoptGrace,
        Duration killGrace,
        Duration bridgeGrace,
        Duration killRetry,
        int removals,
        int logBytes,
        long logsBytes,
        int logTail,
        Duration heartbeat,
        Duration rest,
        Duration announceAfter) {}
