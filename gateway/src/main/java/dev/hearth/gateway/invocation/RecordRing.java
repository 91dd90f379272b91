package dev.hearth.gateway.invocation;

import dev.hearth.common.id.InvocationId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The records of synchronous invocations that have ended, the newest of them.
 *
 * <p>Bounded by {@code records.sync-count} and {@code records.sync-bytes}; the oldest make room. Lives on one event loop.
 */
final class RecordRing {
    private final int mostRecords;
    private final long mostBytes;
    private final Consumer<InvocationRecord> dropped;
    private final LinkedHashMap<InvocationId, InvocationRecord> records = new LinkedHashMap<>();
    private long bytes;

    /**
     * An empty ring.
     *
     * @param dropped hears of each record that made room
     */
    RecordRing(int mostRecords, long mostBytes, Consumer<InvocationRecord> dropped) {
        this.mostRecords = mostRecords;
        this.mostBytes = mostBytes;
        this.dropped = dropped;
    }

    void add(InvocationRecord record) {
        records.put(record.id(), record);
        bytes += record.weight();
        while (records.size() > mostRecords || bytes > mostBytes) {
            Map.Entry<InvocationId, InvocationRecord> eldest = records.pollFirstEntry();
            bytes -= eldest.getValue().weight();
            dropped.accept(eldest.getValue());
        }
    }

    Optional<InvocationRecord> find(InvocationId id) {
        return Optional.ofNullable(records.get(id));
    }

    Stream<InvocationRecord> all() {
        return records.values().stream();
    }

    int size() {
        return records.size();
    }
}
