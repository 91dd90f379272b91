package dev.hearth.gateway.durable;

import dev.hearth.gateway.store.Database;
import io.vertx.core.Future;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes records that are too old or too many, and idempotency keys that need not be known any longer, some at a time. */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final int AT_ONCE = 500;

    private final Database database;
    private final DurableSettings settings;
    private boolean running;

    Retention(Database database, DurableSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** Called every few seconds; removes until nothing is too old. */
    void sweep() {
        if (running || !database.leads()) {
            return;
        }
        running = true;
        round().onComplete(ignored -> running = false);
    }

    private Future<Void> round() {
        long now = System.currentTimeMillis();
        return database.read(handle -> surplus(handle, now))
                .compose(ids -> ids.isEmpty()
                        ? database.write(handle -> forgetKeys(handle, now)).<Void>mapEmpty()
                        : database.write(handle -> remove(handle, ids)).compose(removed -> round()))
                .onFailure(trouble -> LOG.warn("event=retention_failed reason=\"{}\"", trouble.getMessage()));
    }

    private List<String> surplus(Handle handle, long now) {
        List<String> old = handle.createQuery("SELECT id FROM invocation WHERE state = 'DONE' AND ended_at < :before"
                        + " ORDER BY ended_at LIMIT :limit")
                .bind("before", now - settings.keepFor().toMillis())
                .bind("limit", AT_ONCE)
                .mapTo(String.class)
                .list();
        if (!old.isEmpty()) {
            return old;
        }
        long kept = handle.createQuery("SELECT count(*) FROM invocation WHERE state = 'DONE'")
                .mapTo(Long.class)
                .one();
        return kept <= settings.keepCount()
                ? List.of()
                : handle.createQuery("SELECT id FROM invocation WHERE state = 'DONE' ORDER BY ended_at LIMIT :limit")
                        .bind("limit", Math.min(AT_ONCE, kept - settings.keepCount()))
                        .mapTo(String.class)
                        .list();
    }

    private static int remove(Handle handle, List<String> ids) {
        for (String table : List.of("invocation_event", "attempt", "output", "output_piece", "invocation")) {
            handle.createUpdate("DELETE FROM <table> WHERE id IN (<ids>)")
                    .define("table", table)
                    .bindList("ids", ids)
                    .execute();
        }
        return ids.size();
    }

    private int forgetKeys(Handle handle, long now) {
        return handle.createUpdate("DELETE FROM idempotency_key WHERE created_at < :before")
                .bind("before", now - settings.idempotencyFor().toMillis())
                .execute();
    }
}
