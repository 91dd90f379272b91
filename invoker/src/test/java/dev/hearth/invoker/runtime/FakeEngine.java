package dev.hearth.invoker.runtime;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.docker.ContainerSpec;
import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.EngineEvent;
import dev.hearth.invoker.docker.EngineInfo;
import dev.hearth.invoker.docker.InspectedContainer;
import dev.hearth.invoker.docker.InspectedImage;
import dev.hearth.invoker.docker.ListedContainer;
import dev.hearth.invoker.docker.ListedImage;
import dev.hearth.invoker.docker.ResourceUpdate;
import io.vertx.core.Future;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An engine that does at once what it is asked, unless the test answers for it, and writes down what that was. */
final class FakeEngine implements Engine {
    static final String IMAGE = "sha256:1";

    final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    final List<ListedContainer> containers = new ArrayList<>();
    final List<ListedImage> images = new ArrayList<>();
    private final Map<String, Supplier<Future<?>>> answers = new HashMap<>();
    private Function<String, Optional<InspectedImage>> only = reference -> Optional.of(image(IMAGE));
    private int created;

    /** What the engine answers from now on; {@code null} brings its own answer back. */
    void answer(String verb, @Nullable Supplier<Future<?>> answer) {
        answers.remove(verb);
        if (answer != null) {
            answers.put(verb, answer);
        }
    }

    private <T> Future<T> ask(String verb, String subject, T usual) {
        asked.add((verb + " " + subject).trim());
        Supplier<Future<?>> answer = answers.get(verb);
        return answer == null ? Future.succeededFuture(usual) : answer.get().map(ignored -> usual);
    }

    private Future<Void> order(String verb, String subject) {
        return ask(verb, subject, "").mapEmpty();
    }

    @Override
    public Future<EngineInfo> probe() {
        return ask("probe", "", new EngineInfo("engine", "20", "1.41", "2", "overlay2", "/nowhere", 2, Bytes.ofGiB(4)));
    }

    @Override
    public Future<Void> warmUp() {
        return order("warm up", "");
    }

    @Override
    public Future<Void> ping() {
        return order("ping", "");
    }

    @Override
    public Future<String> create(ContainerSpec spec) {
        return ask("create", spec.name(), "engine-" + ++created);
    }

    @Override
    public Future<Void> kill(String container) {
        return order("kill", container);
    }

    @Override
    public Future<Void> remove(String container) {
        return order("remove", container);
    }

    @Override
    public Future<Void> rename(String container, String name) {
        return order("rename", container + " " + name);
    }

    @Override
    public Future<Void> update(String container, ResourceUpdate update) {
        return order("update", container);
    }

    @Override
    public Future<List<ListedContainer>> list(String label, String value) {
        return ask("list", value, List.copyOf(containers));
    }

    @Override
    public Future<InspectedContainer> inspect(String container) {
        return Future.failedFuture("nobody inspects");
    }

    @Override
    public Future<List<ListedImage>> images() {
        return ask("images", "", List.copyOf(images));
    }

    /** This one image is there when the test says so, and no other. */
    void has(String id, BooleanSupplier now) {
        only = reference -> reference.equals(id) && now.getAsBoolean() ? Optional.of(image(id)) : Optional.empty();
    }

    private static InspectedImage image(String id) {
        return new InspectedImage(id, Bytes.ofMiB(1), List.of("/run"), List.of(), List.of(), "", "");
    }

    @Override
    public Future<Optional<InspectedImage>> imageByReference(String reference) {
        return ask("image", reference, only.apply(reference));
    }

    @Override
    public Future<Boolean> removeImage(String id, String repository) {
        images.removeIf(image -> image.id().equals(id));
        return ask("remove image", id, true);
    }

    @Override
    public Future<Void> pull(String reference) {
        return order("pull", reference);
    }

    @Override
    public Future<Void> load(Callable<InputStream> archive) {
        return order("load", "");
    }

    @Override
    public Future<Void> tag(String id, String name) {
        return order("tag", id + " " + name);
    }

    @Override
    public EngineWatch watch(String label, String value, Consumer<EngineEvent> listener) {
        return () -> {};
    }

    @Override
    public void close() {}
}
