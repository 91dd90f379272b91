package dev.hearth.gateway.registry;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.gateway.image.ImageService;
import dev.hearth.gateway.image.PullProgress;
import dev.hearth.gateway.image.ResolvedImage;
import dev.hearth.gateway.store.Changes.Topic;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.Work;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The functions of the cluster: registers them durably and says which revision a call goes to.
 *
 * <p>The serving revisions stand in a map in memory, which the database's writer thread alone changes, after each commit
 * and in the order of the commits. A revision whose image is here is READY at once; one whose image must be pulled is
 * PENDING, and the revision before it serves until the pull has ended. Pulls that a restart cut off are taken up again. What
 * another head changed is read again in the same order, as a piece of work of the writer that changes nothing.
 */
public final class Registry {
    private final Database database;
    private final ImageService images;
    private final Capacity capacity;
    private final RegistrySettings settings;
    private final FunctionStore store;
    private final InstantSource clock;
    private final ConcurrentHashMap<FunctionName, Revision> serving = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<RevisionId, Revision> servingById = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<FunctionName, StoredRevision> unserved = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<RevisionId, Future<FunctionView>> settling = new ConcurrentHashMap<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();

    public Registry(Database database, ImageService images, Capacity capacity, RegistrySettings settings) {
        this.database = database;
        this.images = images;
        this.capacity = capacity;
        this.settings = settings;
        this.store = new FunctionStore(settings);
        this.clock = InstantSource.system();
    }

    /** Fills the map in memory and takes up the pulls that a restart has cut off. */
    public Future<Void> start() {
        return database.write(store::allServing, all -> all.forEach(revision -> serve(revision.revision())))
                .compose(ignored -> database.read(store::allUnserved))
                .onSuccess(views -> views.forEach(this::keep))
                .compose(ignored -> database.read(store::allPending))
                .onSuccess(pending -> pending.forEach(this::settle))
                .mapEmpty();
    }

    /** Calls the listener after each change, on the database's writer thread: it must be quick and not throw. */
    public void onChange(Consumer<Change> listener) {
        listeners.add(listener);
    }

    /** The revision that a call goes to now: one look into a map. */
    public Optional<Revision> current(FunctionName name) {
        return Optional.ofNullable(serving.get(name));
    }

    /**
     * The revision of a function that has none yet, once its image is here; fails with the cause when the image cannot be
     * had. A pull that failed is tried again. Empty when no image is what the function lacks.
     */
    public Optional<Future<Revision>> awaited(FunctionName name) {
        StoredRevision latest = unserved.get(name);
        if (latest == null || !latest.awaitsImage()) {
            return Optional.empty();
        }
        Future<FunctionView> settled = latest.state() == RevisionState.PENDING
                ? settle(latest)
                : settle(latest, () -> changed(name, handle -> store.reopen(handle, latest), ignored -> {}));
        // It may have been settled a moment ago.
        return Optional.of(settled.map(Registry::first)
                .recover(failure -> current(name).map(Future::succeededFuture).orElse(Future.failedFuture(failure))));
    }

    private static Revision first(FunctionView view) {
        return view.serving()
                .map(StoredRevision::revision)
                .orElseThrow(() -> view.latest()
                        .cause()
                        .map(HearthException::new)
                        .orElse(gone(view.latest().function())));
    }

    /** All revisions that calls go to now. */
    public Collection<Revision> allCurrent() {
        return List.copyOf(serving.values());
    }

    /** How far the image of a PENDING revision has come; empty for others, and before its pull has begun. */
    public Optional<PullProgress> pull(StoredRevision revision) {
        return revision.state() == RevisionState.PENDING
                ? images.progress(revision.function().namespace(), revision.image())
                : Optional.empty();
    }

    /** Registers a function or a new revision of it; the result is on disk when the future succeeds. */
    public Future<Registered> register(FunctionName name, Submission submission) {
        FunctionSpec spec = submission.spec();
        String image = spec.ownImage() ? spec.image() : settings.runtimes().getOrDefault(spec.runtime(), "");
        return images.local(image)
                .compose(found -> {
                    if (found.isEmpty() && !spec.ownImage()) {
                        return Future.failedFuture(noRuntime(spec.runtime(), image));
                    }
                    Admission.check(spec, submission.code(), found, capacity);
                    String digest = found.map(ResolvedImage::id).orElse("");
                    ImageSource source = found.map(ResolvedImage::source).orElse(ImageSource.NONE);
                    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                    Candidate candidate = new Candidate(name, submission, image, digest, source, now);
                    return changed(name, handle -> store.register(handle, candidate), this::registered);
                })
                .onSuccess(registered -> {
                    if (registered.view().latest().state() == RevisionState.PENDING) {
                        settle(registered.view().latest());
                    }
                });
    }

    private static HearthException noRuntime(String runtime, String image) {
        return new HearthException(
                ErrorCode.IMAGE_PULL_FAILED,
                "the image of the runtime " + runtime + ", " + image
                        + ", is not on this machine: run deploy/up.sh, which builds it");
    }

    private void registered(Registered registered) {
        if (registered.effect() != Registered.Effect.SAME) {
            publish(registered.view());
        }
    }

    private void keep(FunctionView view) {
        FunctionName name = view.latest().function();
        if (view.serving().isEmpty()) {
            unserved.put(name, view.latest());
        } else {
            unserved.remove(name);
        }
    }

    private void publish(FunctionView view) {
        keep(view);
        view.serving().map(StoredRevision::revision).ifPresent(now -> {
            Optional<Revision> before = serve(now);
            if (before.filter(old -> old.id().equals(now.id())).isEmpty()) {
                tell(new Change(now.function(), before, Optional.of(now)));
            }
        });
    }

    /** On the writer thread alone; answers with the revision that served before. */
    private Optional<Revision> serve(Revision now) {
        servingById.put(now.id(), now);
        Revision before = serving.put(now.function(), now);
        if (before != null && !before.id().equals(now.id())) {
            servingById.remove(before.id());
        }
        return Optional.ofNullable(before);
    }

    /** On the writer thread alone; answers with the revision that served until now. */
    private Optional<Revision> withdraw(FunctionName name) {
        Optional<Revision> before = Optional.ofNullable(serving.remove(name));
        before.ifPresent(revision -> servingById.remove(revision.id()));
        return before;
    }

    private void tell(Change change) {
        listeners.forEach(listener -> listener.accept(change));
    }

    /** Pulls the image of a PENDING revision, once however often it is asked for. */
    private Future<FunctionView> settle(StoredRevision pending) {
        return settle(pending, Future::succeededFuture);
    }

    private Future<FunctionView> settle(StoredRevision pending, Supplier<Future<?>> before) {
        Promise<FunctionView> end = Promise.promise();
        Future<FunctionView> running = settling.putIfAbsent(pending.id(), end.future());
        if (running == null) {
            before.get()
                    .compose(ignored -> images.resolve(pending.function().namespace(), pending.image()))
                    .map(image -> ready(pending, image))
                    .otherwise(failure -> failed(pending, failure))
                    .compose(settled -> changed(
                            pending.function(),
                            handle -> store.settle(handle, settled),
                            view -> view.ifPresent(this::publish)))
                    // Another head may have settled it first.
                    .compose(view -> view.map(Future::succeededFuture).orElseGet(() -> describe(pending.function())))
                    .onComplete(ended -> {
                        settling.remove(pending.id());
                        end.handle(ended);
                    });
        }
        return running != null ? running : end.future();
    }

    private StoredRevision ready(StoredRevision pending, ResolvedImage image) {
        try {
            Admission.check(pending.spec(), pending.code(), Optional.of(image), capacity);
        } catch (HearthException refused) {
            if (image.fetched()) {
                images.discard(image);
            }
            throw refused;
        }
        return pending.ready(image);
    }

    private static StoredRevision failed(StoredRevision pending, Throwable failure) {
        Failure cause = failure instanceof HearthException told
                ? told.failure()
                : Failure.before(ErrorCode.INTERNAL, String.valueOf(failure.getMessage()));
        return pending.failed(cause);
    }

    /** Succeeds when the revision is READY or FAILED; at once when it is neither PENDING nor known any more. */
    public Future<FunctionView> settled(FunctionView view) {
        Future<FunctionView> running = settling.get(view.latest().id());
        return running != null ? running : describe(view.latest().function());
    }

    public Future<FunctionView> describe(FunctionName name) {
        return database.read(handle -> store.describe(handle, name).orElseThrow(() -> gone(name)));
    }

    /** Functions by name, those after the given name; an empty one starts at the first. */
    public Future<List<FunctionView>> list(String namespace, String after, int limit) {
        return database.read(handle -> store.list(handle, namespace, after, limit));
    }

    /** The revisions that are kept, newest first. */
    public Future<List<StoredRevision>> revisions(FunctionName name) {
        return database.read(handle -> {
            List<StoredRevision> revisions = store.revisions(handle, name);
            if (revisions.isEmpty()) {
                throw gone(name);
            }
            return revisions;
        });
    }

    /** A READY revision by its id, serving or older, as far as it is kept; nothing is read for one that serves. */
    public Future<Optional<Revision>> revision(RevisionId id) {
        Revision now = servingById.get(id);
        if (now != null) {
            return Future.succeededFuture(Optional.of(now));
        }
        return database.read(handle -> store.revision(handle, id)
                .filter(revision -> revision.state() == RevisionState.READY)
                .map(StoredRevision::revision));
    }

    /** At most {@code length} bytes of the code from the offset on. */
    public Future<CodePiece> code(String digest, long offset, int length) {
        return database.read(handle -> CodeStore.read(handle, digest, offset, length));
    }

    /** Removes a function with all its revisions; running calls go on. */
    public Future<FunctionView> delete(FunctionName name) {
        return changed(name, handle -> store.delete(handle, name).orElseThrow(() -> gone(name)), view -> left(name));
    }

    /** Changes a function; changes of all heads come one after the other. */
    private <T> Future<T> changed(FunctionName name, Work<T> work, Consumer<T> committed) {
        return database.write(
                handle -> {
                    database.changes().note(handle, Topic.FUNCTION, name.toString());
                    return work.run(handle);
                },
                committed);
    }

    /** On the writer thread alone: the function is not there any more. */
    private void left(FunctionName name) {
        unserved.remove(name);
        withdraw(name).ifPresent(before -> tell(new Change(name, Optional.of(before), Optional.empty())));
    }

    /** Reads again what another head has changed. */
    public Future<Void> refresh(Collection<FunctionName> names) {
        List<FunctionName> asked = List.copyOf(names);
        return database.write(
                        handle -> {
                            Map<FunctionName, Optional<FunctionView>> found = new HashMap<>();
                            asked.forEach(name -> found.put(name, store.describe(handle, name)));
                            return found;
                        },
                        found -> found.forEach(this::seen))
                .mapEmpty();
    }

    /** Reads all functions again. */
    public Future<Void> refresh() {
        return database.read(store::names).compose(there -> {
            Set<FunctionName> all = new HashSet<>(there);
            all.addAll(serving.keySet());
            all.addAll(unserved.keySet());
            return refresh(all);
        });
    }

    /** On the writer thread alone: a function as it is now, whoever made it so. */
    private void seen(FunctionName name, Optional<FunctionView> now) {
        if (now.isEmpty()) {
            left(name);
            return;
        }
        if (now.get().serving().isEmpty()) {
            withdraw(name).ifPresent(before -> tell(new Change(name, Optional.of(before), Optional.empty())));
        }
        publish(now.get());
    }

    private static HearthException gone(FunctionName name) {
        return new HearthException(ErrorCode.FUNCTION_NOT_FOUND, "there is no function " + name);
    }
}
