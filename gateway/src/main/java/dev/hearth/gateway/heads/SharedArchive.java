package dev.hearth.gateway.heads;

import dev.hearth.common.bus.LogReply;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.Archive;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.RecordFilter;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The records on disk and those that other heads have in memory, as one. */
public final class SharedArchive implements Archive {
    private final Archive disk;
    private final Peers peers;
    private final BooleanSupplier alone;

    /**
     * Over those records.
     *
     * @param alone whether no other head lives
     */
    public SharedArchive(Archive disk, Peers peers, BooleanSupplier alone) {
        this.disk = disk;
        this.peers = peers;
        this.alone = alone;
    }

    @Override
    public Future<Map<InvocationId, InvocationRecord>> find(Collection<InvocationId> ids) {
        return disk.find(ids).compose(found -> withThoseOfPeers(found, ids));
    }

    @Override
    public Future<Map<InvocationId, InvocationRecord>> ended(Collection<InvocationId> ids) {
        return disk.ended(ids);
    }

    /** Synchronous invocations among these that have ended at another head. */
    Future<Collection<InvocationRecord>> endedAtPeers(Collection<InvocationId> ids) {
        return peers.find(ids)
                .map(records -> records.stream()
                        .filter(record -> !record.async() && !record.outcome().isEmpty())
                        .toList());
    }

    private Future<Map<InvocationId, InvocationRecord>> withThoseOfPeers(
            Map<InvocationId, InvocationRecord> found, Collection<InvocationId> asked) {
        List<InvocationId> missing =
                asked.stream().filter(id -> !found.containsKey(id)).toList();
        if (missing.isEmpty() || alone.getAsBoolean()) {
            return Future.succeededFuture(found);
        }
        return peers.find(missing).map(records -> {
            Map<InvocationId, InvocationRecord> all = new HashMap<>(found);
            records.forEach(record -> all.put(record.id(), record));
            return all;
        });
    }

    @Override
    public Future<List<InvocationRecord>> newest(RecordFilter filter) {
        if (alone.getAsBoolean()) {
            return disk.newest(filter);
        }
        return Future.all(disk.newest(filter), peers.newest(filter)).map(both -> {
            Map<InvocationId, InvocationRecord> all = new HashMap<>();
            both.<List<InvocationRecord>>resultAt(0).forEach(record -> all.put(record.id(), record));
            // Asked for later, and of those who know first.
            both.<List<InvocationRecord>>resultAt(1).forEach(record -> all.put(record.id(), record));
            List<InvocationRecord> sorted = new ArrayList<>(all.values());
            sorted.sort(Comparator.comparing(InvocationRecord::id).reversed());
            return sorted.subList(0, Math.min(sorted.size(), filter.limit()));
        });
    }

    @Override
    public Future<JsonObject> more(InvocationRecord record) {
        return disk.more(record);
    }

    @Override
    public Future<Optional<LogReply>> log(InvocationId id, int attempt) {
        return disk.log(id, attempt);
    }

    @Override
    public Future<Boolean> cancel(InvocationId id) {
        return disk.cancel(id)
                .compose(mine -> mine || alone.getAsBoolean()
                        ? Future.succeededFuture(mine)
                        : peers.cancel(id).compose(theirs -> theirs ? Future.succeededFuture(true) : hadEnded(id)));
    }

    private Future<Boolean> hadEnded(InvocationId id) {
        return disk.find(List.of(id)).map(found -> {
            InvocationRecord record = found.get(id);
            if (record != null && record.outcome().isEmpty()) {
                throw new HearthException(
                        ErrorCode.NODE_LOST,
                        "the head that has invocation " + id + " does not answer, and another one will take it over"
                                + " (store.head-grace): cancel it again in a few seconds");
            }
            return false;
        });
    }
}
