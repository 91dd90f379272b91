package dev.hearth.gateway.heads;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.Completions;
import dev.hearth.gateway.invocation.InvocationRecord;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who wait here of invocations that other heads have ended; lives on the calls' event loop.
 *
 * <p>The database is asked for some of them at a time, the others have their turn later; other heads, which alone know of
 * synchronous ones, more rarely.
 */
public final class RemoteEnds {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteEnds.class);
    private static final int AT_ONCE = 1_000;
    private static final int POLLS_FOR_ONE_OF_PEERS = 4;

    private final Completions completions;
    private final SharedArchive archive;
    private final Function<Collection<InvocationId>, List<InvocationRecord>> inMemory;
    private final Queue<InvocationId> round = new ArrayDeque<>();
    private int polls;
    private boolean asking;

    /**
     * Nobody is asked yet.
     *
     * @param inMemory the records of those that this head itself has
     */
    public RemoteEnds(
            Completions completions,
            SharedArchive archive,
            Function<Collection<InvocationId>, List<InvocationRecord>> inMemory) {
        this.completions = completions;
        this.archive = archive;
        this.inMemory = inMemory;
    }

    /** Called some times a second while other heads live. */
    public void poll() {
        if (asking) {
            return;
        }
        List<InvocationId> some = some();
        if (some.isEmpty()) {
            return;
        }
        asking = true;
        archive.ended(some)
                .compose(ended -> {
                    ended.values().forEach(completions::heard);
                    return ofPeers(some, ended.keySet());
                })
                .onSuccess(ended -> ended.forEach(completions::heard))
                .onFailure(trouble -> LOG.debug("event=ends_not_read", trouble))
                .onComplete(ignored -> asking = false);
    }

    private Future<Collection<InvocationRecord>> ofPeers(List<InvocationId> asked, Set<InvocationId> ended) {
        if (polls++ % POLLS_FOR_ONE_OF_PEERS != 0) {
            return Future.succeededFuture(List.of());
        }
        return archive.endedAtPeers(
                asked.stream().filter(id -> !ended.contains(id)).toList());
    }

    /** The next of those that are waited for, round by round, so that many cost one poll no more than some. */
    private List<InvocationId> some() {
        if (round.isEmpty()) {
            round.addAll(completions.awaited());
        }
        List<InvocationId> turn = new ArrayList<>();
        while (turn.size() < AT_ONCE && !round.isEmpty()) {
            turn.add(round.remove());
        }
        Set<InvocationId> here = new HashSet<>();
        inMemory.apply(turn).forEach(record -> here.add(record.id()));
        turn.removeIf(here::contains);
        return turn;
    }
}
