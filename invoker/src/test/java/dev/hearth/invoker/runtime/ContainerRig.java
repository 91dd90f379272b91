package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.function.Revision;
import dev.hearth.invoker.sidechannel.ContainerChannel;
import dev.hearth.invoker.sidechannel.FakeContainer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One container behind a real socket; the test plays the container, its owner, the clock and the engine. */
abstract class ContainerRig {
    static final int WINDOW = 100_000;
    static final int INIT = 4;
    static final int DATA = 8;
    static final int END = 9;
    static final int REFUSE = 3;
    static final int RUN = 6;
    static final int KILL = 13;
    static final int STAT = 15;

    final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    final Context loop = vertx.getOrCreateContext();
    final FakeOwner owner = new FakeOwner();
    final FakeExecutioner executioner = new FakeExecutioner();
    Revision revision = Samples.revision();
    LiveContainer live;
    FakeContainer fake;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        live = Samples.container(folder, owner, executioner);
        Files.createDirectories(live.site.directory().run());
        Promise<ContainerChannel> listening = Promise.promise();
        loop.runOnContext(
                v -> ContainerChannel.listen(vertx, live.site.directory().socket(), WINDOW, live)
                        .onComplete(listening));
        live.attach(await(listening.future()));
        fake = new FakeContainer(live.site.directory().socket());
    }

    @AfterEach
    void end() throws Exception {
        fake.close();
        await(vertx.close());
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    void on(Runnable action) throws Exception {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(v -> {
            action.run();
            done.complete();
        });
        await(done.future());
    }

    String told() throws InterruptedException {
        String told = owner.told.poll(20, TimeUnit.SECONDS);
        assertThat(told).isNotNull();
        return told;
    }

    void warm() throws Exception {
        fake.hello("", 0);
        on(() -> live.created("engine-id"));
        assertThat(told()).isEqualTo("started");
        on(() -> live.initBegins(revision, false));
        fake.runtime.initialised();
        assertThat(told()).isEqualTo("initialised");
    }

    Attempt run(String body, boolean more) throws Exception {
        Dispatch dispatch = Samples.dispatch(revision, body, more);
        Attempt attempt = Samples.granted(live, dispatch, revision);
        on(() -> live.run(attempt, WINDOW));
        return attempt;
    }

    void eventually(BooleanSupplier condition) throws Exception {
        boolean[] holds = new boolean[1];
        while (!holds[0]) {
            on(() -> holds[0] = condition.getAsBoolean());
        }
    }
}
