package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.Callee;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.Statements;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Writes accepted calls down, those that come while a write is under way together with the next one; lives on the calls'
 * event loop.
 */
final class Acceptance {
    private static final String INVOCATION =
            "INSERT INTO invocation (id, namespace, function, revision, number, memory, networked, mode, state, outcome,"
                    + " cause, submitted_at, due_at, waits, expires_at, ended_at, dead, bytes_in, terms,"
                    + " owner)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, 'ASYNC', 'QUEUED', '', '', ?, ?, ?, ?, 0, 0, ?, ?, ?)";
    private static final String EVENT =
            "INSERT INTO invocation_event (id, content_type, headers, body) VALUES (?, ?, ?, ?)";

    private final Database database;
    private final int batch;
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private boolean writing;

    private record Entry(NewInvocation call, Promise<Accepted> told) {}

    /**
     * Nothing to write yet.
     *
     * @param batch calls in one transaction
     */
    Acceptance(Database database, int batch) {
        this.database = database;
        this.batch = batch;
    }

    /** Succeeds when the call is on disk; CONFLICT when its idempotency key belongs to another request. */
    Future<Accepted> write(NewInvocation call) {
        Promise<Accepted> told = Promise.promise();
        waiting.add(new Entry(call, told));
        if (!writing) {
            next();
        }
        return told.future();
    }

    private void next() {
        List<Entry> entries = new ArrayList<>();
        while (entries.size() < batch && !waiting.isEmpty()) {
            entries.add(waiting.remove());
        }
        if (entries.isEmpty()) {
            writing = false;
            return;
        }
        writing = true;
        List<NewInvocation> calls = entries.stream().map(Entry::call).toList();
        database.write(handle -> insert(handle, calls)).onComplete(done -> {
            next();
            for (int i = 0; i < entries.size(); i++) {
                tell(entries.get(i), done.succeeded() ? done.result().get(i) : new Refused(done.cause()));
            }
        });
    }

    private static void tell(Entry entry, Result result) {
        switch (result) {
            case Written written -> entry.told().complete(written.accepted());
            case Refused refused -> entry.told().fail(refused.cause());
        }
    }

    /** What became of one call of a batch. */
    private sealed interface Result {}

    private record Written(Accepted accepted) implements Result {}

    private record Refused(Throwable cause) implements Result {}

    private List<Result> insert(Handle handle, List<NewInvocation> calls) throws SQLException {
        List<Result> results = new ArrayList<>(calls.size());
        PreparedStatement invocation = Statements.prepared(handle, INVOCATION);
        PreparedStatement event = Statements.prepared(handle, EVENT);
        // What a run that failed has left in them.
        invocation.clearBatch();
        event.clearBatch();
        boolean any = false;
        for (NewInvocation call : calls) {
            Result result = claim(handle, call);
            if (result instanceof Written written && !written.accepted().replayed()) {
                bind(invocation, call);
                bindEvent(event, call);
                any = true;
            }
            results.add(result);
        }
        if (any) {
            invocation.executeBatch();
            event.executeBatch();
        }
        return results;
    }

    private void bind(PreparedStatement row, NewInvocation call) throws SQLException {
        Callee callee = Callee.of(call.revision());
        row.setString(1, call.id().toString());
        row.setString(2, callee.function().namespace());
        row.setString(3, callee.function().name());
        row.setString(4, callee.revision().toString());
        row.setLong(5, callee.number());
        row.setLong(6, callee.memory().value());
        row.setLong(7, callee.networked() ? 1 : 0);
        row.setLong(8, call.submittedAt());
        row.setLong(9, call.dueAt());
        row.setLong(10, call.waits());
        row.setLong(11, call.expiresAt());
        row.setLong(12, call.event().body().length());
        row.setString(13, call.terms().write());
        row.setString(14, database.head());
        row.addBatch();
    }

    private static void bindEvent(PreparedStatement row, NewInvocation call) throws SQLException {
        row.setString(1, call.id().toString());
        row.setString(2, call.event().contentType());
        row.setBytes(3, call.event().headers().getBytes());
        row.setBytes(4, call.event().body().getBytes());
        row.addBatch();
    }

    /** Makes the idempotency key the call's, or finds whose it is. */
    private static Result claim(Handle handle, NewInvocation call) {
        if (call.idempotencyKey().isEmpty()) {
            return new Written(new Accepted(call.id(), false));
        }
        String digest = digest(call);
        int mine = handle.createUpdate("INSERT INTO idempotency_key (namespace, function, key, digest, invocation,"
                        + " created_at) VALUES (:namespace, :function, :key, :digest, :invocation, :at)"
                        + " ON CONFLICT (namespace, function, key) DO NOTHING")
                .bind("namespace", call.revision().function().namespace())
                .bind("function", call.revision().function().name())
                .bind("key", call.idempotencyKey())
                .bind("digest", digest)
                .bind("invocation", call.id().toString())
                .bind("at", call.submittedAt())
                .execute();
        return mine == 1 ? new Written(new Accepted(call.id(), false)) : holder(handle, call, digest);
    }

    private static Result holder(Handle handle, NewInvocation call, String digest) {
        return handle.createQuery("SELECT digest, invocation FROM idempotency_key WHERE namespace = :namespace"
                        + " AND function = :function AND key = :key")
                .bind("namespace", call.revision().function().namespace())
                .bind("function", call.revision().function().name())
                .bind("key", call.idempotencyKey())
                .map((row, context) -> row.getString("digest").equals(digest)
                        ? new Written(new Accepted(InvocationId.parse(row.getString("invocation")), true))
                        : new Refused(new HearthException(
                                ErrorCode.CONFLICT,
                                "this Idempotency-Key was used for another call of "
                                        + call.revision().function() + ", invocation "
                                        + row.getString("invocation") + ": use a new key for a new call")))
                .one();
    }

    private static String digest(NewInvocation call) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(call.terms().write().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(call.event().contentType().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(call.event().body().getBytes());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
