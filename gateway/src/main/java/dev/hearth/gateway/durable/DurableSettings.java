package dev.hearth.gateway.durable;

import dev.hearth.common.units.Bytes;
import java.time.Duration;

/**
 * Bounds of asynchronous invocations.
 *
 * @param queue invocations that may wait or run, in all
 * @param queuePerFunction the same of one function
 * @param window invocations of one revision that are in memory and in the scheduler
 * @param windows the same of all revisions
 * @param windowBytes their events as far as those are in memory too
 * @param acceptBatch calls that are accepted in one transaction
 * @param retries retries of an invocation that does not say
 * @param retriesMost retries that one may ask for
 * @param backoff wait before the first retry of one that does not say; doubled for each further one
 * @param backoffMost longest wait before a retry
 * @param delayMost how far ahead notBefore, delay and expiresAfter may be
 * @param losses attempts that may be lost with their node, or to Hearth's own trouble, before it is given up
 * @param keepFor how long records are kept after their end
 * @param keepCount records that are kept
 * @param idempotencyFor how long an idempotency key is known
 * @param syncKeep which synchronous calls' records are kept too
 * @param syncMost how many of them in a second
 */
public record DurableSettings(
        int queue,
        int queuePerFunction,
        int window,
        int windows,
        Bytes windowBytes,
        int acceptBatch,
        int retries,
        int retriesMost,
        Duration backoff,
        Duration backoffMost,
        Duration delayMost,
        int losses,
        Duration keepFor,
        int keepCount,
        Duration idempotencyFor,
        SyncKeep syncKeep,
        int syncMost) {}
