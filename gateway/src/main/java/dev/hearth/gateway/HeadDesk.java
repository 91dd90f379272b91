package dev.hearth.gateway;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.destination.Deliveries;
import dev.hearth.gateway.durable.Durable;
import dev.hearth.gateway.heads.Estate;
import dev.hearth.gateway.heads.Heads;
import dev.hearth.gateway.heads.Peers;
import dev.hearth.gateway.heads.RemoteEnds;
import dev.hearth.gateway.heads.SharedArchive;
import dev.hearth.gateway.invocation.Archive;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.Invocations;
import dev.hearth.gateway.invocation.RecordFilter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Connects the calls of this head with the other heads on its database: what they ask, what they end, what they leave. */
final class HeadDesk {
    private final Vertx vertx;
    private final Heads heads;
    private final Invocations calls;
    private final Durable durable;
    private final Peers peers;
    private final SharedArchive archive;

    HeadDesk(Context context, Heads heads, Invocations calls, Durable durable, Deliveries deliveries) {
        this.vertx = context.owner();
        this.heads = heads;
        this.calls = calls;
        this.durable = durable;
        this.peers = new Peers(vertx, heads::others);
        this.archive = new SharedArchive(durable, peers, () -> heads.others().isEmpty());
        heads.inherits(new Calls());
        heads.inherits(new Outbox(deliveries));
    }

    /** The records of all heads but those that this one has in memory. */
    Archive archive() {
        return archive;
    }

    /** To be called on the calls' event loop, when this head has taken up what is its own. */
    void start(Duration poll) {
        if (heads.shared()) {
            peers.serve(heads.self(), new Answers());
            RemoteEnds ends = new RemoteEnds(calls.completions(), archive, calls::inMemory);
            vertx.setPeriodic(poll.toMillis(), ignored -> {
                if (!heads.others().isEmpty()) {
                    ends.poll();
                }
            });
        }
        heads.serve();
    }

    /** Asynchronous invocations that have not ended. */
    private final class Calls implements Estate {
        @Override
        public Moved move(Handle handle, String from, int most) {
            List<Durable.Moved> moved = durable.move(handle, from, most);
            return new Moved(moved.size(), () -> durable.takenOver(moved));
        }

        @Override
        public void reread() {
            durable.reread();
        }
    }

    /** Deliveries that have not been made. */
    private record Outbox(Deliveries deliveries) implements Estate {
        @Override
        public Moved move(Handle handle, String from, int most) {
            return new Moved(deliveries.move(handle, from, most), deliveries::wake);
        }

        @Override
        public void reread() {
            deliveries.wake();
        }
    }

    /** What this head tells others; the bus calls it on the calls' event loop, on which it listens. */
    private final class Answers implements Peers.Desk {
        @Override
        public Future<List<InvocationRecord>> find(Collection<InvocationId> ids) {
            return Future.succeededFuture(calls.inMemory(ids));
        }

        @Override
        public Future<List<InvocationRecord>> newest(RecordFilter filter) {
            return Future.succeededFuture(calls.inMemory(filter));
        }

        @Override
        public Future<Boolean> cancel(InvocationId id) {
            return durable.cancel(id).map(done -> done || calls.cancels().test(id));
        }
    }
}
