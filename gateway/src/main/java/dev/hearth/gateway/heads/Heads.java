package dev.hearth.gateway.heads;

import dev.hearth.gateway.store.CommitUnknown;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.HeadLocks;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This head among those on its database: says that it lives, sees who else does, and takes over what one that is gone had.
 *
 * <p>The longest-serving head leads: it alone takes over, and removes what is too old. Who is silent may only be slow, or hang
 * in a transaction for whose rows all others wait, so his connection is ended first, on a connection that waits for no row.
 * His rows move in transactions that hold his lock, which the database gives only when he cannot write any more. Two
 * that both think they lead do no harm, since each step looks again. Lives on the calls' event loop.
 */
public final class Heads {
    private static final Logger LOG = LoggerFactory.getLogger(Heads.class);

    /** So that some may be late or lost before a head is gone. */
    private static final int BEATS_UNTIL_GONE = 5;

    private static final int AT_ONCE = 500;

    private final Vertx vertx;
    private final Context context;
    private final Database database;
    private final String name;
    private final HeadSettings settings;
    private final Silence silence;
    private final List<Estate> estates = new ArrayList<>();
    private final Set<String> taking = new HashSet<>();
    private volatile List<HeadLife> living = List.of();
    private boolean beating;
    private boolean returning;
    private boolean serving;
    private boolean failing;

    /**
     * Not among them yet.
     *
     * @param context the calls' event loop
     * @param name how it is called where there can be no other
     */
    public Heads(Context context, Database database, String name, HeadSettings settings) {
        this.vertx = context.owner();
        this.context = context;
        this.database = database;
        this.name = name;
        this.settings = settings;
        this.silence = new Silence(settings.grace().toMillis());
    }

    /** What is to be taken over of others. */
    public void inherits(Estate estate) {
        estates.add(estate);
    }

    /** Whether there can be others. */
    public boolean shared() {
        return database.others().isPresent();
    }

    /** Begins to beat and to look, before anything else that takes time; to be called on the context. */
    public void start() {
        if (shared()) {
            database.lead(false);
            vertx.setPeriodic(settings.grace().toMillis() / BEATS_UNTIL_GONE, ignored -> beat());
            beat();
        }
    }

    /** This head has taken up what is its own, and takes over from now on what others leave; on the context. */
    public void serve() {
        if (shared()) {
            serving = true;
            database.onReplaced(() -> context.runOnContext(ignored -> estates.forEach(Estate::reread)));
        }
    }

    /** How this head is called. */
    public String self() {
        return shared() ? database.head() : name;
    }

    /** All that live, the longest-serving first; from any thread. */
    public List<HeadLife> living() {
        return living;
    }

    /** The others that live; from any thread. */
    public List<String> others() {
        return living.stream()
                .map(HeadLife::id)
                .filter(id -> !id.equals(database.head()))
                .toList();
    }

    private void beat() {
        if (beating) {
            return;
        }
        beating = true;
        database.aside(handle -> HeadRows.beat(handle, database.head(), database.epoch()))
                .onSuccess(this::look)
                .onFailure(this::tell)
                .onComplete(ignored -> beating = false);
    }

    private void look(List<HeadLife> lives) {
        List<HeadLife> gone = silence.gone(lives, System.nanoTime() / 1_000_000).stream()
                .filter(life -> !life.id().equals(database.head()))
                .toList();
        List<HeadLife> now = lives.stream()
                .filter(life -> life.epoch() > 0 && !gone.contains(life))
                .toList();
        failing = false;
        tell(now);
        living = now;
        if (lives.stream().noneMatch(this::isOwn)) {
            comeBack();
        }
        boolean leads = serving && !now.isEmpty() && now.getFirst().id().equals(database.head());
        database.lead(leads);
        if (leads) {
            gone.forEach(this::takeOver);
        }
    }

    private boolean isOwn(HeadLife life) {
        return life.id().equals(database.head()) && life.epoch() == database.epoch();
    }

    /** This life was taken away: the writer finds its connection gone, and begins another one. */
    private void comeBack() {
        if (!returning) {
            returning = true;
            database.write(HeadRows::look)
                    .onFailure(this::tell)
                    .onComplete(ignored -> context.runOnContext(next -> returning = false));
        }
    }

    private void tell(Throwable trouble) {
        if (!failing) {
            LOG.warn("event=head_not_beaten reason=\"{}\" action=retry", trouble.getMessage());
        }
        failing = true;
    }

    private void tell(List<HeadLife> now) {
        Set<String> before = new HashSet<>(others());
        for (HeadLife life : now) {
            if (!life.id().equals(database.head()) && !before.remove(life.id())) {
                LOG.info("event=head_joined head={} epoch={}", life.id(), life.epoch());
            }
        }
        before.forEach(id -> LOG.warn("event=head_gone head={}", id));
    }

    private void takeOver(HeadLife life) {
        Optional<HeadLocks> locks = database.others();
        if (locks.isPresent() && taking.add(life.id())) {
            new TakeOver(life, locks.get(), () -> taking.remove(life.id())).begin();
        }
    }

    /** What came of one step. */
    private sealed interface Step {}

    private record Taken(List<Estate.Moved> moved, boolean last) implements Step {}

    /** It has come back, or another head was faster. */
    private record Over() implements Step {}

    private final class TakeOver {
        private final HeadLife life;
        private final HeadLocks locks;
        private final Runnable ended;
        private int rows;

        TakeOver(HeadLife life, HeadLocks locks, Runnable ended) {
            this.life = life;
            this.locks = locks;
            this.ended = ended;
        }

        /** It may hang, or its machine be cut off: what it has not committed by now is undone. */
        void begin() {
            database.aside(handle -> locks.cut(handle, life.id()))
                    .onSuccess(cut -> {
                        if (cut > 0) {
                            LOG.warn("event=head_cut_off head={} connections={}", life.id(), cut);
                        }
                        next();
                    })
                    .onFailure(trouble -> {
                        LOG.warn("event=head_not_cut_off head={} reason=\"{}\"", life.id(), trouble.getMessage());
                        ended.run();
                    });
        }

        private void next() {
            database.<Step>write(this::step).onComplete(this::taken, unknown -> {
                LOG.warn("event=take_over_failed head={} reason=\"{}\"", life.id(), unknown.getMessage());
                if (unknown instanceof CommitUnknown) {
                    estates.forEach(Estate::reread);
                }
                ended.run();
            });
        }

        private Step step(Handle handle) throws SQLException {
            if (!locks.take(handle, life.id()) || !HeadRows.end(handle, life)) {
                return new Over();
            }
            List<Estate.Moved> moved = new ArrayList<>();
            boolean last = true;
            for (Estate estate : estates) {
                Estate.Moved some = estate.move(handle, life.id(), AT_ONCE);
                moved.add(some);
                last &= some.rows() < AT_ONCE;
            }
            if (last) {
                HeadRows.remove(handle, life.id());
            }
            return new Taken(moved, last);
        }

        private void taken(Step step) {
            switch (step) {
                case Taken(List<Estate.Moved> moved, boolean last) -> {
                    moved.forEach(some -> some.then().run());
                    rows += moved.stream().mapToInt(Estate.Moved::rows).sum();
                    if (last) {
                        LOG.warn("event=head_taken_over head={} epoch={} rows={}", life.id(), life.epoch(), rows);
                        ended.run();
                    } else {
                        next();
                    }
                }
                case Over over -> ended.run();
            }
        }
    }
}
