package dev.hearth.common.bus;

import java.util.List;

/**
 * Invoker to gateway: lines of a log.
 *
 * @param known whether the node has a log of this attempt
 * @param ended whether no more lines will come; false while the attempt runs, and after it while its last lines may be under way
 * @param dropped lines that were dropped because the log was full
 */
public record LogReply(boolean known, boolean ended, long dropped, List<Line> lines) implements BusMessage {
    public LogReply {
        lines = List.copyOf(lines);
    }

    /**
     * One line.
     *
     * @param micros Unix time in microseconds
     * @param stderr whether it was written to file descriptor 2
     * @param text without the line feed
     */
    public record Line(long micros, boolean stderr, String text) {}
}
