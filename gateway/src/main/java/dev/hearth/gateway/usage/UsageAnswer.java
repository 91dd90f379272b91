package dev.hearth.gateway.usage;

import java.util.List;

/**
 * What a request for usage is told.
 *
 * @param rows what each row stands for, and its sums
 * @param total of all, of those too that the limit left out
 * @param more whether it left any out
 */
record UsageAnswer(UsageQuery query, List<Row> rows, Sums total, boolean more) {
    /**
     * One row.
     *
     * @param namespace of the function; empty in a row of a day or month
     * @param name the day, the month or the function
     */
    record Row(String namespace, String name, Sums sums) {}
}
