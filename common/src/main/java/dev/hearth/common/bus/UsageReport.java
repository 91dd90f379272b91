package dev.hearth.common.bus;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.RevisionId;
import java.util.List;

/**
 * Invoker to one gateway, answered by {@link UsageReply}: what the node's containers have used since the report before.
 *
 * <p>A report without an answer is sent again as it was, so that none is lost; one that comes twice is known by its number.
 *
 * @param node the node's id
 * @param epoch start of the invoker's life, Unix milliseconds
 * @param sequence grows by one with each new report of this life, from 1
 * @param revisions those that used anything
 */
public record UsageReport(String node, long epoch, long sequence, List<Entry> revisions) implements BusMessage {
    public UsageReport {
        revisions = List.copyOf(revisions);
    }

    /**
     * What the containers of one revision have used.
     *
     * @param cpuMicros processor time of all their processes, start and init included, in microseconds
     * @param idleByteMillis limits.memory in bytes x milliseconds, summed over the containers that stood warm without a call
     */
    public record Entry(RevisionId revision, FunctionName function, long cpuMicros, long idleByteMillis) {}
}
