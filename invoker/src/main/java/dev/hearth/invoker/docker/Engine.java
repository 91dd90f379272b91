package dev.hearth.invoker.docker;

import io.vertx.core.Future;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The Docker Engine of this node.
 *
 * <p>Nothing here blocks. Every future completes on the caller's Vert.x context, before the deadline that
 * {@link EngineLimits} sets for it, and fails only with {@link EngineFault}. Containers can be named by the engine's id
 * or by name.
 */
public interface Engine extends AutoCloseable {
    /** Asks the engine what it is; the first call to make. */
    Future<EngineInfo> probe();

    /** Loads the classes that the first create would otherwise wait for. */
    Future<Void> warmUp();

    Future<Void> ping();

    /**
     * Creates and starts a container; answers with the engine's id of it.
     *
     * <p>After TIMED_OUT or UNREACHABLE a container of that name may exist or come to exist: remove it by name.
     */
    Future<String> create(ContainerSpec spec);

    /** Kills it and answers when it is dead; fine when it does not run, NO_SUCH_CONTAINER when there is none. */
    Future<Void> kill(String container);

    /** Removes it, running or not; fine when there is none. */
    Future<Void> remove(String container);

    Future<Void> rename(String container, String name);

    Future<Void> update(String container, ResourceUpdate update);

    /** All containers, running or not, that carry the label with this value. */
    Future<List<ListedContainer>> list(String label, String value);

    Future<InspectedContainer> inspect(String container);

    Future<List<ListedImage>> images();

    /** The image of this reference or id, if the node has it. */
    Future<Optional<InspectedImage>> imageByReference(String reference);

    /**
     * Takes the names of this repository off an image, and so removes it; true when it is gone, false when it is kept by
     * names that others gave it. CONFLICT when a container or another image needs it.
     */
    Future<Boolean> removeImage(String id, String repository);

    /** Fetches the image from its registry; {@code latest} when the reference has neither tag nor digest. */
    Future<Void> pull(String reference);

    /** Loads the images of an archive that {@code docker save} wrote; opened, read and closed on a thread that may block. */
    Future<Void> load(Callable<InputStream> archive);

    /** Gives the image of this id a name, {@code repository:tag}; whatever had that name has it no longer. */
    Future<Void> tag(String id, String name);

    /**
     * Hands on what happens to containers with this label, and outages of the engine, on the caller's context.
     *
     * <p>Connects again by itself. Closing the answer ends it.
     */
    EngineWatch watch(String label, String value, Consumer<EngineEvent> listener);

    /** Ends everything under way; containers live on. */
    @Override
    void close();

    /** Events being watched. */
    interface EngineWatch extends AutoCloseable {
        @Override
        void close();
    }
}
