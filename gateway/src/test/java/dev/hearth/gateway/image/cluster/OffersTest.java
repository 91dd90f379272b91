package dev.hearth.gateway.image.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageOffer;
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
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Offers of images that the registry has, while some of them are being deleted. */
final class OffersTest {
    private static final ImageFetch FETCH = new ImageFetch("sha256:tag", "", "default", "another engine");

    private final Vertx vertx = Vertx.vertx();
    private final FakeRegistry registry = new FakeRegistry(vertx);
    private final ImageStore store = new ImageStore(vertx, registry.address(), 4);
    private final EngineStock stock = new EngineStock(
            vertx,
            new ImageSettings(
                    "unix:///tmp/hearth-no-such-engine.sock", Duration.ofSeconds(2), Duration.ofSeconds(2), 1, 4));
    private final Offers offers =
            new Offers(stock, new FakeImages(), Set.of(), store, new StoreMeters(new SimpleMeterRegistry()));
    private final String digest = registry.put("tag", FakeRegistry.image("layer", 1));
    private final StoredImage image = new StoredImage(Set.of("tag"), List.of(digest), Map.of(digest, 1L));

    @AfterEach
    void stop() {
        stock.close();
        Await.of(vertx.close());
    }

    @Test
    void anOfferIsUse() {
        assertThat(store.use().lastUse(image)).isZero();
        assertThat(Await.of(offers.answer(FETCH))).isEqualTo(new ImageOffer("sha256:tag", "hearth/images@" + digest));
        assertThat(store.use().lastUse(image)).isPositive();
        assertThat(store.use().leave(image, Duration.ofHours(1))).isFalse();
    }

    @Test
    void anImageThatIsBeingDeletedIsLookedForWhenItIsGone() {
        assertThat(store.use().leave(image, Duration.ZERO)).isTrue();
        Future<BusMessage> answer = offers.answer(FETCH);
        // Whatever was asked of the registry by now came before this.
        Await.of(store.check());
        assertThat(registry.asked).noneMatch(one -> one.startsWith("HEAD"));
        assertThat(answer.isComplete()).isFalse();
        store.use().left(image);
        assertThat(Await.of(answer)).isInstanceOf(ImageOffer.class);
    }
}
