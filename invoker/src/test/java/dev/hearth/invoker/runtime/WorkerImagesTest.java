package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageOffer;
import dev.hearth.common.bus.ImageReply;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.invoker.docker.EngineFault;
import dev.hearth.invoker.runtime.ImageAsk.Arrival;
import dev.hearth.invoker.tunnel.HeadImages;
import dev.hearth.invoker.tunnel.Tunnel;
import dev.hearth.invoker.tunnel.TunnelSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker without containers: the test plays gateway and engine. */
class WorkerImagesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PYTHON = "hearth/python3:latest";

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final FakeEngine engine = new FakeEngine();
    private final BlockingQueue<ImageFetch> asked = new LinkedBlockingQueue<>();
    private final ArrayDeque<BusMessage> answers = new ArrayDeque<>();
    private final Condition condition = new Condition();
    private ImageAsk ask;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        BusCodec.register(vertx.eventBus(), true);
        vertx.eventBus().<BusMessage>consumer(BusAddress.REGISTRY, message -> {
            asked.add((ImageFetch) message.body());
            message.reply(answers.size() > 1 ? answers.poll() : answers.peek(), BusCodec.options());
        });
        IdentityFiles nobody = new IdentityFiles(Path.of("/nowhere"));
        TunnelSettings settings = new TunnelSettings(List::of, nobody, 0, 1, PATIENCE, PATIENCE);
        Tunnel tunnel = await(() -> Tunnel.open(vertx, settings));
        HeadImages head = new HeadImages(engine, tunnel, PATIENCE);
        ask = new ImageAsk(vertx.eventBus(), Optional.of(head), PATIENCE);
        ask.engineIs("mine");
        condition.started();
        condition.engine("");
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx::close);
    }

    private <T> T await(Supplier<Future<T>> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(ignored -> work.get().onComplete(done::complete, done::completeExceptionally));
        return done.get(20, TimeUnit.SECONDS);
    }

    /** The engine has the image from its second question on. */
    private void comesWithTheFetch(String id) {
        CompletableFuture<Void> fetched = new CompletableFuture<>();
        engine.answer("pull", () -> {
            fetched.complete(null);
            return Future.succeededFuture();
        });
        engine.has(id, fetched::isDone);
    }

    @Test
    void pullsAnOfferedImageFromItsOwnLoopback() throws Exception {
        answers.add(new ImageOffer("sha256:7", "hearth/images@sha256:9"));
        comesWithTheFetch("sha256:7");
        Arrival arrival = await(() -> ask.ask("sha256:7", "registry/tool@sha256:8", "default"));
        assertThat(arrival.reply().fault()).isEmpty();
        assertThat(arrival.reply().fetched()).isTrue();
        assertThat(arrival.reference()).startsWith("127.0.0.1:").endsWith("/hearth/images@sha256:9");
        assertThat(asked.poll()).isEqualTo(new ImageFetch("sha256:7", "registry/tool@sha256:8", "default", "mine"));
        assertThat(engine.asked).anyMatch(one -> one.equals("pull " + arrival.reference()));
    }

    @Test
    void loadsAnArchiveWhenTheOfferHasNoName() throws Exception {
        answers.add(new ImageOffer("sha256:7", ""));
        CompletableFuture<Void> loaded = new CompletableFuture<>();
        engine.answer("load", () -> {
            loaded.complete(null);
            return Future.succeededFuture();
        });
        engine.has("sha256:7", loaded::isDone);
        assertThat(await(() -> ask.ask("sha256:7", "", "default")).reply().fetched())
                .isTrue();
    }

    @Test
    void anotherImageThanTheOfferedOneIsNotTaken() throws Exception {
        answers.add(new ImageOffer("sha256:7", "hearth/images@sha256:9"));
        engine.has("sha256:7", () -> false);
        assertThat(await(() -> ask.ask("sha256:7", "", "default")).reply().fault())
                .contains("is not the image sha256:7");
    }

    @Test
    void twoWhoAskAtOnceShareOneFetchAndItsFailureAndTheNextTriesAgain() throws Exception {
        answers.add(new ImageOffer("sha256:7", "hearth/images@sha256:9"));
        engine.has("sha256:7", () -> false);
        engine.answer("pull", () -> Future.failedFuture(new EngineFault(EngineFault.Kind.OTHER, "cut off")));
        List<Arrival> both = await(() -> {
            Future<Arrival> one = ask.ask("sha256:7", "", "default");
            Future<Arrival> other = ask.ask("sha256:7", "", "default");
            return Future.join(one, other).map(ended -> List.of(one.result(), other.result()));
        });
        assertThat(both).allMatch(arrival -> arrival.reply().fault().contains("cut off"));
        comesWithTheFetch("sha256:7");
        assertThat(await(() -> ask.ask("sha256:7", "", "default")).reply().fault())
                .isEmpty();
    }

    @Test
    void takesNoCallsUntilTheRuntimesImagesAreHereUnderTheirNames() throws Exception {
        answers.add(new ImageOffer("sha256:7", "hearth/images@sha256:9"));
        comesWithTheFetch("sha256:7");
        RuntimeImages runtimes = new RuntimeImages(vertx, engine, ask, condition, Set.of(PYTHON));
        assertThat(condition.ready()).isFalse();
        assertThat(condition.reason()).isEqualTo("fetching runtime images: " + PYTHON);
        fetch(runtimes);
        assertThat(asked.poll()).isEqualTo(new ImageFetch("", PYTHON, "default", "mine"));
        assertThat(engine.asked).contains("tag sha256:7 " + PYTHON);
        assertThat(condition.ready()).isTrue();
    }

    @Test
    void aRuntimeThatTheHeadLacksIsLeftOut() throws Exception {
        answers.add(ImageReply.failed(ImageReply.HEAD_LACKS + PYTHON));
        fetch(new RuntimeImages(vertx, engine, ask, condition, Set.of(PYTHON)));
        assertThat(condition.ready()).isTrue();
    }

    @Test
    void aHeadThatDoesNotAnswerIsAskedAgain() throws Exception {
        answers.add(ImageReply.failed("the engine does not answer"));
        fetch(new RuntimeImages(vertx, engine, ask, condition, Set.of(PYTHON)));
        assertThat(condition.ready()).isFalse();
        asked.clear();
        assertThat(asked.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    private void fetch(RuntimeImages runtimes) throws Exception {
        await(() -> {
            Promise<Void> done = Promise.promise();
            runtimes.fetch(done::tryComplete);
            return done.future();
        });
    }
}
