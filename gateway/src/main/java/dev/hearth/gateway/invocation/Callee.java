package dev.hearth.gateway.invocation;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;

/**
 * What a record says of the revision that was called, which may be gone by the time it is read.
 *
 * @param number the revision's within its function
 * @param memory reserved for each of its containers: what run time is billed by
 * @param networked whether it has a network
 */
public record Callee(FunctionName function, RevisionId revision, int number, Bytes memory, boolean networked) {
    public static Callee of(Revision revision) {
        return new Callee(
                revision.function(),
                revision.id(),
                revision.number(),
                revision.limits().memory(),
                revision.network().internet());
    }

    /** {@code name@number}, for messages and tables. */
    public String label() {
        return function + "@" + number;
    }
}
