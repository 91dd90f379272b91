package dev.hearth.gateway.image.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.registry.FakeImages;
import dev.hearth.gateway.store.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks at a registry, one after the other, by hand. */
final class StoreEvictionTest {
    private static final long KIB = 1024;
    private static final String DELETE = "DELETE ";

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FakeRegistry registry = new FakeRegistry(vertx);
    private final FakeImages engine = new FakeImages();
    private final ImageStore store = new ImageStore(vertx, registry.address(), 4);
    private StoreEviction eviction = eviction(Bytes.ofKiB(25), Duration.ZERO);

    @AfterEach
    void stop() {
        Await.of(vertx.close());
    }

    private StoreEviction eviction(Bytes most, Duration grace) {
        ImageStoreSettings settings = new ImageStoreSettings(
                Optional.of(registry.address()), Duration.ofSeconds(5), most, Bytes.ZERO, grace, false, 1, 4);
        return new StoreEviction(store, engine, settings, new StoreMeters(meters), loop);
    }

    /** One look, as after a push. */
    private void look(Map<String, Boolean> serving) {
        store.pushed();
        again(serving);
    }

    /** One look if it is time. */
    private void again(Map<String, Boolean> serving) {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(ignored -> eviction.look(() -> serving).onComplete(done));
        Await.of(done.future());
    }

    private void used(String tag) {
        store.use().begin(tag);
        store.use().end(tag);
    }

    private double deleted() {
        return meters.counter("hearth.images.deleted").count();
    }

    private long asked(String prefix) {
        return registry.asked.stream().filter(one -> one.startsWith(prefix)).count();
    }

    @Test
    void theImageThatWasWantedLeastRecentlyGoesAndWhatIsLeftIsTold() {
        String a = registry.put("a", FakeRegistry.image("x", 10 * KIB));
        String b = registry.put("b", FakeRegistry.image("y", 10 * KIB));
        List.of("b", "a").forEach(this::used);
        look(Map.of());
        assertThat(deleted()).isZero();
        double two = eviction.held();
        assertThat(two).isBetween(20.0 * KIB, 21.0 * KIB);

        String c = registry.put("c", FakeRegistry.image("z", 10 * KIB));
        used("c");
        look(Map.of());
        assertThat(List.of(registry.has(a), registry.has(b), registry.has(c))).containsExactly(true, false, true);
        assertThat(deleted()).isEqualTo(1);
        assertThat(eviction.held()).isEqualTo(two);
    }

    @Test
    void withoutABoundNothingGoes() {
        eviction = eviction(Bytes.ZERO, Duration.ZERO);
        registry.put("a", FakeRegistry.image("x", 1L << 50));
        look(Map.of());
        assertThat(eviction.held()).isGreaterThan(1e15);
        assertThat(asked(DELETE)).isZero();
        assertThat(eviction.fits(Bytes.ofGiB(1 << 20))).isTrue();
    }

    @Test
    void whatIsWantedNowOrWasWithinTheGraceStaysAndIsLookedAtAgain() {
        String a = registry.put("a", FakeRegistry.image("x", 30 * KIB));
        store.use().begin(FakeRegistry.digest("x"));
        look(Map.of());
        assertThat(registry.has(a)).isTrue();
        store.use().end(FakeRegistry.digest("x"));
        again(Map.of());
        assertThat(registry.has(a)).isFalse();

        eviction = eviction(Bytes.ofKiB(25), Duration.ofDays(1));
        String b = registry.put("b", FakeRegistry.image("y", 30 * KIB));
        look(Map.of());
        assertThat(registry.has(b)).isTrue();
    }

    @Test
    void aRegistryThatDeletesNothingIsAskedOnceInALookAndNotAtEachBeat() {
        for (String tag : List.of("a", "b", "c", "d")) {
            registry.put(tag, FakeRegistry.image(tag, 20 * KIB));
        }
        registry.deletes(false);
        look(Map.of());
        again(Map.of());
        again(Map.of());
        assertThat(asked(DELETE)).isEqualTo(1);
        assertThat(eviction.held()).isGreaterThan(80.0 * KIB);

        registry.deletes(true);
        look(Map.of());
        assertThat(deleted()).isEqualTo(3);
        assertThat(eviction.held()).isLessThan(25.0 * KIB);
    }

    @Test
    void theLastCopyOfAFunctionsImageStays() {
        String a = registry.put("a", FakeRegistry.image("x", 20 * KIB));
        String b = registry.put("b", FakeRegistry.image("y", 20 * KIB));
        String c = registry.put("c", FakeRegistry.image("z", 20 * KIB));
        List.of("a", "b", "c").forEach(this::used);
        engine.put("sha256:b", "sha256:b");
        look(Map.of("sha256:a", false, "sha256:b", false, "sha256:c", true));
        assertThat(List.of(registry.has(a), registry.has(b), registry.has(c))).containsExactly(true, false, false);
    }

    @Test
    void anIndexGoesWithItsManifestsAndALongListIsReadInParts() {
        registry.pages(2);
        for (int i = 0; i < 5; i++) {
            registry.put("small" + i, FakeRegistry.image("same", 10));
            used("small" + i);
        }
        String listed = registry.put(FakeRegistry.image("x", 30 * KIB));
        String index = registry.put("zoo", FakeRegistry.index(listed, FakeRegistry.digest("never pushed")));
        look(Map.of());
        assertThat(asked("GET /tags/list")).isEqualTo(3);
        assertThat(registry.has(index)).isFalse();
        assertThat(registry.has(listed)).isFalse();
        assertThat(deleted()).isEqualTo(1);
    }

    @Test
    void aManifestIsReadOnceAndOneThatMovedIsFoundOut() {
        registry.put("a", FakeRegistry.image("x", 10 * KIB));
        look(Map.of());
        look(Map.of());
        assertThat(asked("GET /manifests/")).isEqualTo(1);

        registry.delete(registry.put("a", FakeRegistry.image("x", 10 * KIB)));
        String moved = registry.put("a", FakeRegistry.image("x", 20 * KIB));
        registry.put("b", FakeRegistry.image("y", 20 * KIB));
        used("b");
        look(Map.of());
        again(Map.of());
        assertThat(registry.has(moved)).isFalse();
        assertThat(eviction.held()).isBetween(20.0 * KIB, 21.0 * KIB);
    }

    @Test
    void aRegistryThatFailsIsLookedAtAgainAndStrangeManifestsCountWithTheirOwnBytes() {
        registry.breaks(500);
        look(Map.of());
        assertThat(eviction.held()).isNaN();
        assertThat(eviction.fits(Bytes.ofGiB(1))).isTrue();

        registry.breaks(0);
        registry.put("a", "[]");
        registry.put("b", "{\"layers\": 3, \"config\": null, \"manifests\": [null, {\"digest\": \"../../\"}]}");
        look(Map.of());
        assertThat(eviction.held()).isBetween(2.0, 100.0);
        assertThat(eviction.fits(Bytes.ofKiB(24))).isTrue();
        assertThat(eviction.fits(Bytes.ofKiB(25))).isFalse();
    }
}
