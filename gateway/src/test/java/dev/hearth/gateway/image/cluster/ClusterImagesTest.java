package dev.hearth.gateway.image.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.Code;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.image.EngineStock;
import dev.hearth.gateway.image.ImageSettings;
import dev.hearth.gateway.registry.FakeImages;
import dev.hearth.gateway.store.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a head with a registry that is nearly full pushes; its engine does not answer, so that each push fails and is counted. */
final class ClusterImagesTest {
    private static final String FIND = "HEAD /manifests/new";
    private static final String RUNTIME = "hearth/python3:latest";
    private static final String FIND_RUNTIME = "HEAD /manifests/py";

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FakeRegistry registry = new FakeRegistry(vertx);
    private final FakeImages engine = new FakeImages();
    private final EngineStock stock = new EngineStock(
            vertx,
            new ImageSettings(
                    "unix:///tmp/hearth-no-such-engine.sock", Duration.ofSeconds(2), Duration.ofSeconds(2), 1, 4));
    private final ImageStoreSettings settings = new ImageStoreSettings(
            Optional.of(registry.address()),
            Duration.ofMillis(20),
            Bytes.ofKiB(25),
            Bytes.ZERO,
            Duration.ofHours(1),
            false,
            1,
            4);
    private final ClusterImages images = new ClusterImages(vertx, settings, stock, engine, Set.of(RUNTIME), meters);

    @BeforeEach
    void fill() {
        registry.put("old", FakeRegistry.image("layer", 20 << 10));
        engine.put("sha256:new", "sha256:new");
        engine.remove(RUNTIME);
    }

    @AfterEach
    void stop() {
        stock.close();
        Await.of(vertx.close());
    }

    private static Revision revision(Bytes size) {
        return new Revision(
                new RevisionId(new SortableId(2, 1)),
                FunctionName.inDefault("f"),
                1,
                "http",
                "new:1",
                "sha256:new",
                new ImageSource("", size),
                "",
                Code.NONE,
                Map.of(),
                Limits.DEFAULT,
                Network.NONE,
                Duration.ofMinutes(1),
                0,
                "",
                NodeLabels.NONE);
    }

    private void await(BooleanSupplier condition) {
        Await.of(until(condition));
    }

    private Future<Void> until(BooleanSupplier condition) {
        return condition.getAsBoolean()
                ? Future.succeededFuture()
                : vertx.timer(10, TimeUnit.MILLISECONDS).compose(ignored -> until(condition));
    }

    private double pushes() {
        return meters.counter("hearth.images.pushed", "outcome", "failure").count();
    }

    private long asked(String what) {
        return registry.asked.stream().filter(what::equals).count();
    }

    @Test
    void anImageThatIsMissingIsPushedWhereThereIsRoom() {
        images.start(() -> List.of(revision(Bytes.ofKiB(4))));
        await(() -> pushes() >= 1);
    }

    @Test
    void anImageForWhichAnotherWouldHaveToLeaveWaitsUntilANodeAsksForIt() {
        images.start(() -> List.of(revision(Bytes.ofKiB(6))));
        await(() -> asked(FIND) == 1);
        long beats = asked("GET /v2/");
        await(() -> asked("GET /v2/") >= beats + 3);
        assertThat(pushes()).isZero();
        assertThat(asked(FIND)).isEqualTo(1);
    }

    @Test
    void anImageThatWasJustRegisteredIsPushedInAnyCase() {
        images.start(List::of);
        images.serves(revision(Bytes.ofKiB(6)));
        await(() -> pushes() >= 1);
    }

    @Test
    void theRuntimesImagesArePushedAheadOfTheFirstNodeThatAsks() {
        engine.put(RUNTIME, "sha256:py", Bytes.ofKiB(4));
        engine.put("sha256:py", "sha256:py");
        images.start(List::of);
        await(() -> pushes() >= 1);
        assertThat(asked(FIND_RUNTIME)).isPositive();
    }

    @Test
    void aRuntimesImageThatIsBuiltLaterIsPushedThen() {
        images.start(List::of);
        await(() -> asked("GET /v2/") >= 3);
        assertThat(asked(FIND_RUNTIME)).isZero();
        engine.put(RUNTIME, "sha256:py", Bytes.ofKiB(4));
        engine.put("sha256:py", "sha256:py");
        await(() -> pushes() >= 1);
    }

    @Test
    void aRuntimesImageForWhichAnotherWouldHaveToLeaveWaitsUntilANodeAsksForIt() {
        engine.put(RUNTIME, "sha256:py");
        images.start(List::of);
        await(() -> asked(FIND_RUNTIME) == 1);
        long beats = asked("GET /v2/");
        await(() -> asked("GET /v2/") >= beats + 3);
        assertThat(pushes()).isZero();
    }
}
