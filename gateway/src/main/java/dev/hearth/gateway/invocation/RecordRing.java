package dev.hearth.gateway.invocation;

import dev.hearth.common.id.InvocationId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
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

    boolean has(InvocationId id) {
        return records.containsKey(id);
    }

    /** Newest first, those that ended before this one. */
    List<InvocationRecord> newest(Optional<InvocationId> before, Predicate<InvocationRecord> wanted, int limit) {
        Stream<InvocationRecord> all = records.sequencedValues().reversed().stream();
        return before.map(id -> behind(all, id))
                .orElse(all)
                .filter(wanted)
                .limit(limit)
                .toList();
    }

    /** One that is not here ran when it was listed, or has made room since; then ids, which are by time, must do. */
    private Stream<InvocationRecord> behind(Stream<InvocationRecord> all, InvocationId id) {
        return records.containsKey(id)
                ? all.dropWhile(record -> !record.id().equals(id)).skip(1)
                : all.filter(record -> record.id().compareTo(id) < 0);
    }

    int size() {
        return records.size();
    }
}
