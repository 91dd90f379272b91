package dev.hearth.gateway.registry;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.RevisionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Functions and revisions as rows; each method is one step of a transaction that the caller holds. */
final class FunctionStore {
    private final int maxFunctions;
    private final int keptRevisions;

    FunctionStore(RegistrySettings settings) {
        this.maxFunctions = settings.functions();
        this.keptRevisions = settings.revisions();
    }

    /** Adds the candidate as the function's newest revision, unless it would be the same as the newest one. */
    Registered register(Handle handle, Candidate candidate) {
        FunctionName name = candidate.function();
        Optional<FunctionView> present = describe(handle, name);
        if (present.isPresent() && present.get().latest().same(candidate)) {
            return new Registered(present.get(), Registered.Effect.SAME);
        }
        int number = present.isPresent() ? nextNumber(handle, name) : create(handle, candidate);
        if (candidate.submission().code().form() != CodeForm.NONE) {
            CodeStore.put(
                    handle,
                    name.namespace(),
                    candidate.submission().code(),
                    candidate.submission().bytes(),
                    candidate.at());
        }
        StoredRevision revision = revision(candidate, number);
        RevisionRows.insert(handle, revision);
        if (revision.state() == RevisionState.READY) {
            serve(handle, revision);
        }
        prune(handle, name, number);
        return new Registered(
                describe(handle, name).orElseThrow(),
                present.isPresent() ? Registered.Effect.CHANGED : Registered.Effect.CREATED);
    }

    private static StoredRevision revision(Candidate candidate, int number) {
        return new StoredRevision(
                RevisionId.next(),
                candidate.function(),
                number,
                candidate.submission().spec(),
                candidate.image(),
                candidate.imageDigest(),
                candidate.imageSource(),
                candidate.submission().code(),
                candidate.state(),
                Optional.empty(),
                candidate.at());
    }

    private int create(Handle handle, Candidate candidate) {
        int present = handle.createQuery("SELECT count(*) FROM function")
                .mapTo(Integer.class)
                .one();
        if (present >= maxFunctions) {
            throw new HearthException(
                    ErrorCode.NOT_ALLOWED,
                    present + " functions are registered, the most that may be is " + maxFunctions
                            + ": delete some or raise the setting");
        }
        handle.createUpdate("INSERT INTO function (namespace, name, next_number, serving, created_at)"
                        + " VALUES (:namespace, :name, 2, NULL, :at)")
                .bind("namespace", candidate.function().namespace())
                .bind("name", candidate.function().name())
                .bind("at", candidate.at().toEpochMilli())
                .execute();
        return 1;
    }

    private static int nextNumber(Handle handle, FunctionName name) {
        handle.createUpdate("UPDATE function SET next_number = next_number + 1"
                        + " WHERE namespace = :namespace AND name = :name")
                .bind("namespace", name.namespace())
                .bind("name", name.name())
                .execute();
        return named(handle, "SELECT next_number - 1 FROM function WHERE namespace = :namespace AND name = :name", name)
                .mapTo(Integer.class)
                .one();
    }

    private static void serve(Handle handle, StoredRevision revision) {
        handle.createUpdate("UPDATE function SET serving = :id WHERE namespace = :namespace AND name = :name")
                .bind("id", revision.id().toString())
                .bind("namespace", revision.function().namespace())
                .bind("name", revision.function().name())
                .execute();
    }

    /** Keeps the newest revisions, the serving one and those that asynchronous calls wait to run. */
    private void prune(Handle handle, FunctionName name, int newest) {
        int removed = handle.createUpdate("DELETE FROM revision WHERE namespace = :namespace AND name = :name"
                        + " AND number <= :oldest AND id <> coalesce((SELECT serving FROM function"
                        + " WHERE namespace = :namespace AND name = :name), '')"
                        + " AND NOT EXISTS (SELECT 1 FROM head_life h, invocation i WHERE i.owner = h.id"
                        + " AND i.revision = revision.id AND i.state = 'QUEUED')")
                .bind("namespace", name.namespace())
                .bind("name", name.name())
                .bind("oldest", newest - keptRevisions)
                .execute();
        if (removed > 0) {
            CodeStore.sweep(handle, name.namespace());
        }
    }

    /**
     * Ends a PENDING revision; a READY one serves, unless a newer one serves already.
     *
     * @return the function as it is then; empty when the revision is gone or was settled before
     */
    Optional<FunctionView> settle(Handle handle, StoredRevision settled) {
        int changed = handle.createUpdate("UPDATE revision SET state = :state, image_digest = :digest,"
                        + " image_source = :source, image_size = :size,"
                        + " cause_code = :code, cause = :cause WHERE id = :id AND state = 'PENDING'")
                .bind("state", settled.state().name())
                .bind("digest", settled.imageDigest())
                .bind("source", settled.imageSource().reference())
                .bind("size", settled.imageSource().size().value())
                .bind("code", settled.cause().map(Failure::code).map(Enum::name).orElse(""))
                .bind("cause", settled.cause().map(Failure::message).orElse(""))
                .bind("id", settled.id().toString())
                .execute();
        if (changed == 0) {
            return Optional.empty();
        }
        Optional<FunctionView> view = describe(handle, settled.function());
        boolean newest = view.flatMap(FunctionView::serving)
                .map(serving -> serving.number() < settled.number())
                .orElse(true);
        if (settled.state() == RevisionState.READY && newest) {
            serve(handle, settled);
            return describe(handle, settled.function());
        }
        return view;
    }

    /** A FAILED revision waits for its image again. */
    int reopen(Handle handle, StoredRevision failed) {
        return handle.createUpdate("UPDATE revision SET state = 'PENDING', cause_code = '', cause = ''"
                        + " WHERE id = :id AND state = 'FAILED'")
                .bind("id", failed.id().toString())
                .execute();
    }

    List<FunctionName> names(Handle handle) {
        return handle.createQuery("SELECT namespace, name FROM function")
                .map((row, context) -> new FunctionName(row.getString("namespace"), row.getString("name")))
                .list();
    }

    /** Functions that cannot be called yet. */
    List<FunctionView> allUnserved(Handle handle) {
        return handle
                .createQuery("SELECT namespace, name FROM function WHERE serving IS NULL")
                .map((row, context) -> new FunctionName(row.getString("namespace"), row.getString("name")))
                .list()
                .stream()
                .flatMap(name -> describe(handle, name).stream())
                .toList();
    }

    Optional<FunctionView> describe(Handle handle, FunctionName name) {
        Optional<StoredRevision> latest = named(
                        handle,
                        select("r.namespace = :namespace AND r.name = :name" + " ORDER BY r.number DESC LIMIT 1"),
                        name)
                .map((row, context) -> RevisionRows.read(row))
                .findFirst();
        return latest.map(revision -> new FunctionView(revision, serving(handle, name), createdAt(handle, name)));
    }

    private static Optional<StoredRevision> serving(Handle handle, FunctionName name) {
        return named(
                        handle,
                        select("r.id = (SELECT serving FROM function"
                                + " WHERE namespace = :namespace AND name = :name)"),
                        name)
                .map((row, context) -> RevisionRows.read(row))
                .findFirst();
    }

    private static Instant createdAt(Handle handle, FunctionName name) {
        return Instant.ofEpochMilli(
                named(handle, "SELECT created_at FROM function WHERE namespace = :namespace AND name = :name", name)
                        .mapTo(Long.class)
                        .one());
    }

    /** Functions of a namespace by name, those after the given name; an empty one starts at the first. */
    List<FunctionView> list(Handle handle, String namespace, String after, int limit) {
        List<String> names = handle.createQuery("SELECT name FROM function WHERE namespace = :namespace"
                        + " AND name > :after ORDER BY name LIMIT :limit")
                .bind("namespace", namespace)
                .bind("after", after)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
        return names.stream()
                .flatMap(name -> describe(handle, new FunctionName(namespace, name)).stream())
                .toList();
    }

    /** The revisions that are kept, newest first; empty when there is no such function. */
    List<StoredRevision> revisions(Handle handle, FunctionName name) {
        return named(handle, select("r.namespace = :namespace AND r.name = :name ORDER BY r.number DESC"), name)
                .map((row, context) -> RevisionRows.read(row))
                .list();
    }

    Optional<StoredRevision> revision(Handle handle, RevisionId id) {
        return handle.createQuery(select("r.id = :id"))
                .bind("id", id.toString())
                .map((row, context) -> RevisionRows.read(row))
                .findFirst();
    }

    List<StoredRevision> allServing(Handle handle) {
        return handle.createQuery(select("r.id IN (SELECT serving FROM function)"))
                .map((row, context) -> RevisionRows.read(row))
                .list();
    }

    List<StoredRevision> allPending(Handle handle) {
        return handle.createQuery(select("r.state = 'PENDING' ORDER BY r.id"))
                .map((row, context) -> RevisionRows.read(row))
                .list();
    }

    /** Removes the function, its revisions and the code that nothing else uses; what it was before. */
    Optional<FunctionView> delete(Handle handle, FunctionName name) {
        Optional<FunctionView> present = describe(handle, name);
        if (present.isPresent()) {
            handle.createUpdate("DELETE FROM function WHERE namespace = :namespace AND name = :name")
                    .bind("namespace", name.namespace())
                    .bind("name", name.name())
                    .execute();
            CodeStore.sweep(handle, name.namespace());
        }
        return present;
    }

    private static Query named(Handle handle, String sql, FunctionName name) {
        return handle.createQuery(sql).bind("namespace", name.namespace()).bind("name", name.name());
    }

    private static String select(String condition) {
        return "SELECT " + RevisionRows.COLUMNS + " FROM revision r WHERE " + condition;
    }
}
