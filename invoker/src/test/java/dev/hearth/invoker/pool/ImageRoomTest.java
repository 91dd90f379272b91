package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.withGuest;
import static dev.hearth.invoker.pool.Samples.withImage;
import static dev.hearth.invoker.pool.Samples.withImages;
import static dev.hearth.invoker.pool.Samples.withKeepAlive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.FetchImage;
import dev.hearth.invoker.pool.PoolEffect.ImageFailed;
import dev.hearth.invoker.pool.PoolEffect.Refuse;
import dev.hearth.invoker.pool.PoolEffect.RemoveImage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Room for 100 MiB of images, and for plenty of containers unless a test says otherwise. */
class ImageRoomTest {
    private static final Bytes PLENTY = Bytes.ofGiB(64);
    private static final Demand A = withImage(demand("a", 128), "image-a", 60);
    private static final Demand B = withImage(demand("b", 128), "image-b", 70);
    private static final Demand C = withImage(demand("c", 128), "image-c", 30);

    private final PoolDriver driver = driver(PLENTY);

    private static PoolDriver driver(Bytes memory) {
        return new PoolDriver(withImages(limits(memory, PLENTY, 64, 8), Bytes.ofMiB(100)));
    }

    private static void tell(PoolDriver driver, ImageNews news) {
        driver.then(p -> p.image(news, driver.now));
    }

    private static void fetched(PoolDriver driver, Demand demand) {
        tell(driver, new ImageNews.Fetched(demand.image(), demand.terms().size(), ImageKind.FETCHED));
    }

    /** A call whose image has to be fetched; its container is idle then. */
    private static ContainerId cold(PoolDriver driver, long call, Demand demand) {
        driver.lease(call, demand);
        if (!driver.all(FetchImage.class).isEmpty()) {
            fetched(driver, demand);
        }
        ContainerId id = driver.created();
        driver.started(id);
        driver.initialised(id);
        driver.released(id);
        driver.now += 10;
        return id;
    }

    private static List<String> fetches(PoolDriver driver) {
        return driver.all(FetchImage.class).stream().map(FetchImage::image).toList();
    }

    private static List<String> leaving(PoolDriver driver) {
        return driver.all(RemoveImage.class).stream().map(RemoveImage::image).toList();
    }

    private ImageState state(Demand demand) {
        return driver.pool.images().stream()
                .filter(image -> image.name().equals(demand.image()))
                .map(PoolImage::state)
                .findFirst()
                .orElse(ImageState.ABSENT);
    }

    @Test
    void anImageMayHaveAllRoomButThatOfTheRuntimesWhoseImagesStay() {
        assertThat(driver.pool.imageRoom()).isEqualTo(Bytes.ofMiB(100).value());
        tell(driver, new ImageNews.Found("runtime", Bytes.ofMiB(30), ImageKind.KEPT, 0));
        cold(driver, 1, A);
        assertThat(driver.pool.imageRoom()).isEqualTo(Bytes.ofMiB(70).value());
        tell(driver, new ImageNews.Found("more", Bytes.ofMiB(80), ImageKind.KEPT, 0));
        assertThat(driver.pool.imageRoom()).isZero();
    }

    @Test
    void anImageIsFetchedOnceHoweverManyCallsWaitForIt() {
        driver.lease(1, A);
        assertThat(fetches(driver)).containsExactly("image-a");
        driver.lease(2, A);
        driver.lease(3, withImage(demand("other", 64), "image-a", 60));
        assertThat(driver.effects()).isEmpty();
        fetched(driver, A);
        assertThat(driver.all(Create.class)).hasSize(3);
    }

    @Test
    void aFailedFetchFailsAllWhoWaitAndTheNextCallTriesAgain() {
        driver.lease(1, A);
        driver.lease(2, A);
        tell(driver, new ImageNews.FetchFailed("image-a", "the registry broke off"));
        assertThat(driver.all(ImageFailed.class))
                .extracting(ImageFailed::reason)
                .containsExactly("the registry broke off", "the registry broke off");
        assertThat(driver.pool.imageBytes()).isZero();
        assertThat(driver.memoryUsed()).isZero();
        driver.lease(3, A);
        assertThat(fetches(driver)).containsExactly("image-a");
    }

    /** A, A, B, A on a disk for one: cold, warm, cold, cold. */
    @Test
    void oneOfTwoImagesThatDoNotFitTogetherMakesRoomForTheOther() {
        ContainerId first = cold(driver, 1, A);
        driver.lease(2, A);
        assertThat(driver.granted().container()).isEqualTo(first);
        driver.released(first);

        driver.lease(3, B);
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.EVICTED_DISK);
        assertThat(leaving(driver)).as("its container goes first").isEmpty();
        driver.removed(first);
        assertThat(leaving(driver)).containsExactly("image-a");
        assertThat(fetches(driver)).as("its room is not free yet").isEmpty();
        tell(driver, new ImageNews.Removed("image-a"));
        assertThat(fetches(driver)).containsExactly("image-b");
        fetched(driver, B);
        ContainerId second = driver.created();
        driver.started(second).initialised(second).released(second);

        driver.lease(4, A);
        assertThat(driver.removals()).containsExactly(second);
        driver.removed(second);
        tell(driver, new ImageNews.Removed("image-b"));
        assertThat(driver.only(FetchImage.class).why()).isEqualTo("it was evicted for b@1");
    }

    @Test
    void aCallWhoseImageDoesNotFitIsRefusedAndNothingIsEvicted() {
        driver.lease(1, A);
        fetched(driver, A);
        driver.started(driver.created());
        driver.lease(2, B);
        assertThat(driver.refused()).contains("image-b", "70MiB", "40MiB of 100MiB");
        assertThat(driver.removals()).isEmpty();
        assertThat(state(B)).isEqualTo(ImageState.ABSENT);
    }

    @Test
    void theLongestUnusedImageGoesFirstAndNoMoreThanNeeded() {
        ContainerId a = cold(driver, 1, withKeepAlive(A, Duration.ZERO, 0));
        driver.removed(a);
        ContainerId c = cold(driver, 2, withKeepAlive(C, Duration.ZERO, 0));
        driver.removed(c);
        driver.lease(3, withImage(demand("d", 128), "image-d", 40));
        assertThat(leaving(driver)).containsExactly("image-a");
    }

    @Test
    void unusedImagesGoBeforeIdleContainers() {
        ContainerId c = cold(driver, 1, withKeepAlive(C, Duration.ZERO, 0));
        driver.removed(c);
        cold(driver, 2, withImage(demand("e", 128), "image-e", 30));
        driver.lease(3, withImage(demand("f", 128), "image-f", 50));
        assertThat(leaving(driver)).containsExactly("image-c");
        assertThat(driver.removals()).isEmpty();
    }

    @Test
    void aNodeFullOfIdleContainersDoesNotStarveANewImage() {
        PoolDriver full = driver(Bytes.ofMiB(512));
        ContainerId a = cold(full, 1, A);
        ContainerId c = cold(full, 2, C);
        full.lease(3, B);
        assertThat(full.removals()).containsExactly(a);
        full.removed(a);
        tell(full, new ImageNews.Removed("image-a"));
        assertThat(fetches(full)).containsExactly("image-b");
        assertThat(full.state(c)).isEqualTo(ContainerState.IDLE);
    }

    @Test
    void shortMemoryNeverEvictsAnImage() {
        PoolDriver small = driver(Bytes.ofMiB(128));
        ContainerId a = cold(small, 1, A);
        small.lease(2, C);
        assertThat(small.removals()).containsExactly(a);
        small.removed(a);
        assertThat(leaving(small)).isEmpty();
        assertThat(small.pool.imageBytes()).isEqualTo(Bytes.ofMiB(90).value());
    }

    @Test
    void diskAndMemoryAreMadeRoomForTogetherOrNotAtAll() {
        PoolDriver small = driver(Bytes.ofMiB(256));
        cold(small, 1, A);
        small.lease(2, withImage(demand("huge", 512), "image-b", 70));
        assertThat(small.refused()).contains("512MiB");
        assertThat(small.removals()).isEmpty();
    }

    @Test
    void anImageThatSomebodyRemovedIsFetchedAgain() {
        ContainerId a = cold(driver, 1, withKeepAlive(A, Duration.ZERO, 0));
        driver.removed(a);
        driver.now += 10_000;
        driver.lease(2, A);
        ContainerId second = driver.created();
        tell(driver, new ImageNews.Missing(second, "no such image"));
        assertThat(driver.only(FetchImage.class).why()).contains("somebody had removed it");
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.IMAGE_GONE);
        driver.removed(second);
        fetched(driver, A);
        assertThat(driver.created()).isNotEqualTo(second);
    }

    @Test
    void anImageThatCameBackIsNotFetchedForTheContainerThatMissedIt() {
        ContainerId a = cold(driver, 1, withKeepAlive(A, Duration.ZERO, 0));
        driver.removed(a);
        driver.now += 10_000;
        driver.lease(2, A);
        ContainerId second = driver.created();
        tell(driver, new ImageNews.Came(A.image(), A.terms().size()));
        tell(driver, new ImageNews.Missing(second, "no such image"));
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.IMAGE_GONE);
        assertThat(driver.all(FetchImage.class)).isEmpty();
        assertThat(driver.created()).isNotEqualTo(second);
    }

    @Test
    void aContainerThatFindsNoImageRightAfterItsFetchFails() {
        driver.lease(1, A);
        fetched(driver, A);
        tell(driver, new ImageNews.Missing(driver.created(), "no such image"));
        assertThat(driver.only(PoolEffect.Fail.class).reason()).isEqualTo("no such image");
    }

    @Test
    void anImageThatCannotBeRemovedStaysAndItsRoomIsNotPromised() {
        ContainerId a = cold(driver, 1, withKeepAlive(A, Duration.ZERO, 0));
        driver.removed(a);
        driver.lease(2, B);
        tell(driver, new ImageNews.Stays("image-a"));
        assertThat(driver.all(Refuse.class)).hasSize(1);
        driver.lease(3, B);
        assertThat(driver.refused()).contains("image-b");
        driver.now += 5_000;
        driver.lease(4, B);
        assertThat(leaving(driver)).as("after a pause").containsExactly("image-a");
    }

    @Test
    void whatComesUninvitedIsMadeRoomForAfterwards() {
        ContainerId a = cold(driver, 1, withKeepAlive(A, Duration.ZERO, 0));
        driver.removed(a);
        tell(driver, new ImageNews.Came("image-b", Bytes.ofMiB(70)));
        assertThat(leaving(driver)).containsExactly("image-a");
    }

    @Test
    void imagesOfOthersCountWhileTheirContainersLiveAndAreNeverRemoved() {
        Demand guest = withGuest(demand("guest", 128), "image-g", 80);
        tell(driver, new ImageNews.Found("image-g", Bytes.ofMiB(80), ImageKind.GUEST, 0));
        assertThat(driver.pool.imageBytes()).isZero();
        ContainerId id = cold(driver, 1, guest);
        assertThat(driver.pool.imageBytes()).isEqualTo(Bytes.ofMiB(80).value());
        driver.lease(2, A);
        assertThat(driver.removals()).containsExactly(id);
        driver.removed(id);
        assertThat(leaving(driver)).isEmpty();
        assertThat(fetches(driver)).containsExactly("image-a");
    }

    @Test
    void runtimesImagesTakeRoomAndStay() {
        tell(driver, new ImageNews.Found("hearth/python3", Bytes.ofMiB(50), ImageKind.KEPT, 0));
        driver.lease(1, A);
        assertThat(driver.refused()).contains("50MiB of 100MiB");
        driver.lease(2, C);
        assertThat(fetches(driver)).containsExactly("image-c");
    }

    @Test
    void aCallThatGivesUpLeavesTheRoomToOthers() {
        ContainerId a = cold(driver, 1, A);
        driver.lease(2, B);
        driver.cancel(2);
        driver.removed(a);
        tell(driver, new ImageNews.Removed("image-a"));
        assertThat(fetches(driver)).isEmpty();
        assertThat(driver.pool.images()).isEmpty();
    }

    @Test
    void anImageThatIsNeededWhileItLeavesComesBack() {
        ContainerId a = cold(driver, 1, A);
        driver.lease(2, C);
        fetched(driver, C);
        driver.started(driver.created());
        driver.lease(3, withImage(demand("d", 128), "image-d", 40));
        assertThat(driver.removals()).containsExactly(a);
        driver.cancel(3);
        driver.lease(4, A);
        assertThat(driver.effects()).isEmpty();
        driver.removed(a);
        tell(driver, new ImageNews.Removed("image-a"));
        assertThat(fetches(driver)).containsExactly("image-a");
    }
}
