package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Waits for the ends of some invocations; lives on the calls' event loop.
 *
 * <p>It listens first and looks what has ended already afterwards, so that no end falls between the two.
 */
final class Watch {
    private final Calls calls;
    private final Archive archive;
    private final Consumer<InvocationRecord> ended;
    private final Map<InvocationId, Runnable> listening = new LinkedHashMap<>();
    private final SequencedMap<InvocationId, InvocationRecord> done = new LinkedHashMap<>();
    private boolean closed;

    /**
     * Watches nothing yet.
     *
     * @param ended hears of each end, once
     */
    Watch(Calls calls, Archive archive, Consumer<InvocationRecord> ended) {
        this.calls = calls;
        this.archive = archive;
        this.ended = ended;
    }

    /** Begins; fails with NOT_FOUND when one of them is not known. */
    Future<Void> over(Collection<InvocationId> ids) {
        Set<InvocationId> elsewhere = new LinkedHashSet<>();
        for (InvocationId id : new LinkedHashSet<>(ids)) {
            Optional<InvocationRecord> record = calls.find(id);
            if (record.filter(found -> !found.outcome().isEmpty()).isPresent()) {
                end(record.get());
            } else {
                listening.put(id, calls.completions().listen(id, this::end));
                if (record.isEmpty()) {
                    elsewhere.add(id);
                }
            }
        }
        return elsewhere.isEmpty()
                ? Future.succeededFuture()
                : archive.find(elsewhere)
                        .compose(found -> compare(elsewhere, found))
                        .onFailure(failed -> close());
    }

    private Future<Void> compare(Set<InvocationId> asked, Map<InvocationId, InvocationRecord> found) {
        for (InvocationId id : asked) {
            InvocationRecord record = found.get(id);
            if (record == null && !done.containsKey(id)) {
                return Future.failedFuture(new HearthException(
                        ErrorCode.NOT_FOUND,
                        "no record of invocation " + id + ": it never was, or made room for newer ones"));
            }
            if (record != null && !record.outcome().isEmpty()) {
                end(record);
            }
        }
        return Future.succeededFuture();
    }

    private void end(InvocationRecord record) {
        Runnable forget = listening.remove(record.id());
        if (forget != null) {
            forget.run();
        }
        if (!closed && done.putIfAbsent(record.id(), record) == null) {
            ended.accept(record);
        }
    }

    /** Those that have ended, in the order in which that was heard. */
    List<InvocationRecord> done() {
        return List.copyOf(done.values());
    }

    /** Those that have not. */
    List<InvocationId> pending() {
        return List.copyOf(listening.keySet());
    }

    /** Hears nothing any more. */
    void close() {
        closed = true;
        new ArrayList<>(listening.values()).forEach(Runnable::run);
    }
}
