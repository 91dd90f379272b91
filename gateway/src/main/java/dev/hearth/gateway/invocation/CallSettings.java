package dev.hearth.gateway.invocation;

import java.time.Duration;

/**
 * Bounds of the calls in flight.
 *
 * @param gateway this gateway's id on the bus
 * @param epoch start of this gateway's life, Unix milliseconds
 * @param beat how often invokers are told that this gateway is here
 * @param mostRecords records of ended synchronous calls that are kept
 * @param mostRecordBytes bytes that they may take
 * @param slack time beyond a call's own limits after which its node is held to have lost it
 * @param startBudget longest time that a call may wait on its node for a container
 * @param followers clients that may follow logs at one time
 * @param followBeat how often a followed log is asked for further lines
 */
public record CallSettings(
        String gateway,
        long epoch,
        Duration beat,
        int mostRecords,
        long mostRecordBytes,
        Duration slack,
        Duration startBudget,
        int followers,
        Duration followBeat) {}
