package dev.hearth.gateway.image.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StoreUseTest {
    private static final Duration GRACE = Duration.ofNanos(10);
    private static final StoredImage IMAGE =
            new StoredImage(Set.of("tag"), List.of("manifest"), Map.of("manifest", 1L, "layer", 2L));
    private static final StoredImage OTHER =
            new StoredImage(Set.of("other"), List.of("another"), Map.of("another", 1L, "layer", 2L));

    private final AtomicLong clock = new AtomicLong(-500);
    private final StoreUse use = new StoreUse(clock::get);

    private void used(String key) {
        use.begin(key);
        use.end(key);
    }

    @Test
    void whatNobodyIsKnownToHaveWantedWasWantedWhenTheHeadStarted() {
        assertThat(use.lastUse(IMAGE)).isZero();
        clock.addAndGet(9);
        assertThat(use.isFree(IMAGE, GRACE)).isFalse();
        clock.addAndGet(1);
        assertThat(use.isFree(IMAGE, GRACE)).isTrue();
    }

    @Test
    void anOfferOfTheTagAndAReadOfTheManifestAreUse() {
        clock.addAndGet(20);
        used("tag");
        assertThat(use.lastUse(IMAGE)).isEqualTo(20);
        clock.addAndGet(5);
        used("manifest");
        assertThat(use.lastUse(IMAGE)).isEqualTo(25);
        clock.addAndGet(9);
        assertThat(use.isFree(IMAGE, GRACE)).isFalse();
        clock.addAndGet(1);
        assertThat(use.isFree(IMAGE, GRACE)).isTrue();
        assertThat(use.isFree(OTHER, GRACE)).isTrue();
    }

    @Test
    void aLayerOnItsWayHoldsItsImagesUntilTheLastReaderIsDone() {
        clock.addAndGet(100);
        use.begin("layer");
        use.begin("layer");
        assertThat(use.isFree(IMAGE, GRACE)).isFalse();
        assertThat(use.isFree(OTHER, GRACE)).isFalse();
        use.end("layer");
        assertThat(use.isFree(IMAGE, GRACE)).isFalse();
        use.end("layer");
        // A layer that others have too says nothing of this image.
        assertThat(use.isFree(IMAGE, GRACE)).isTrue();
    }

    @Test
    void whatIsBeingOfferedDoesNotLeave() {
        clock.addAndGet(100);
        use.begin("tag");
        assertThat(use.leave(IMAGE, GRACE)).isFalse();
        assertThat(use.settled("tag").isComplete()).isTrue();
        use.end("tag");
        assertThat(use.leave(IMAGE, GRACE)).isFalse();
        clock.addAndGet(10);
        assertThat(use.leave(IMAGE, GRACE)).isTrue();
    }

    @Test
    void whoOffersAnImageThatIsBeingDeletedWaitsUntilItIsGone() {
        clock.addAndGet(100);
        assertThat(use.leave(IMAGE, GRACE)).isTrue();
        use.begin("tag");
        Future<Void> settled = use.settled("tag");
        assertThat(settled.isComplete()).isFalse();
        assertThat(use.settled("other").isComplete()).isTrue();
        use.left(IMAGE);
        assertThat(settled.succeeded()).isTrue();
        assertThat(use.settled("tag").isComplete()).isTrue();
    }
}
