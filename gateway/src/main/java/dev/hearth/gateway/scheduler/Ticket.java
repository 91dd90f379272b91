package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;

/**
 * A call as the scheduler sees it.
 *
 * @param id the invocation; a call that is tried again after its end is submitted again and gets a new place
 * @param function whose queue it counts in
 * @param revision the revision that it runs
 * @param demand what it needs; equal for all calls of the revision
 * @param deadline latest time, in the milliseconds of the scheduler's clock, at which it may still be queued
 */
public record Ticket(InvocationId id, FunctionName function, RevisionId revision, Demand demand, long deadline) {}
