package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.deploy.rig.BuiltImage;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.ImageRegistry;
import dev.hearth.gateway.image.CredentialSource;
import dev.hearth.gateway.image.EngineImages;
import dev.hearth.gateway.image.ImageSettings;
import dev.hearth.gateway.image.ResolvedImage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a head keeps of the images that it fetched into an engine that no node has; three of 400 KiB, with room for one and a half. */
final class EngineBudgetIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int OWN = 300 << 10;
    private static final int IMAGES = 3;
    private static final ImageSettings SETTINGS = ImageSettings.DEFAULT.within(Bytes.ofKiB(600), Duration.ZERO);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> references = new ArrayList<>();
    private ImageRegistry registry;
    private EngineImages images;

    @TempDir
    private Path data;

    @BeforeEach
    void fill(@TempDir Path folder) {
        registry = ImageRegistry.open();
        for (int i = 0; i < IMAGES; i++) {
            String reference = registry.host() + "/budget/image-" + i + ":1";
            try (BuiltImage built = BuiltImage.of(
                    reference,
                    folder.resolve("image-" + i),
                    Map.of(
                            "Dockerfile",
                            "FROM scratch\nCOPY noise /noise\nCMD [\"/none\"]\n",
                            "noise",
                            BuiltImage.noise(OWN)))) {
                Docker.lines("docker", "push", "-q", built.tag());
            }
            references.add(reference);
        }
        images = open();
    }

    @AfterEach
    void close() throws Exception {
        images.close();
        registry.close();
        vertx.close().await(10, TimeUnit.SECONDS);
        for (String image :
                Docker.lines("docker", "images", "-q", "--filter", "reference=" + registry.host() + "/budget/*")) {
            Docker.lines("docker", "image", "rm", "-f", image);
        }
    }

    private EngineImages open() {
        EngineImages opened = new EngineImages(
                vertx,
                SETTINGS,
                CredentialSource.NONE,
                data,
                (image, digest, size) -> Future.failedFuture("no node has this engine"));
        opened.watch(meters);
        return opened;
    }

    private ResolvedImage resolve(int image) throws Exception {
        return images.resolve("default", references.get(image)).await(30, TimeUnit.SECONDS);
    }

    private boolean isHere(int image) {
        return Docker.lines("docker", "images", "-q", references.get(image)).size() == 1;
    }

    @Test
    void theImageThatWasUsedLongestAgoGoesAndComesAgainByItsDigest() throws Exception {
        ResolvedImage first = resolve(0);
        assertThat(isHere(0)).isTrue();
        resolve(1);
        eventually(SOON, () -> assertThat(isHere(0)).isFalse());
        assertThat(isHere(1)).isTrue();
        assertThat(meters.get("hearth.image.engine.removed").functionCounter().count())
                .isEqualTo(1);

        ResolvedImage again =
                images.bring("default", first.digest(), first.id()).await(30, TimeUnit.SECONDS);
        assertThat(again.id()).isEqualTo(first.id());
        eventually(SOON, () -> assertThat(isHere(1)).isFalse());
    }

    @Test
    void whatAContainerOrAnOwnerNeedsStaysAndAHeadThatStartsAgainKnowsWhatItFetched() throws Exception {
        ResolvedImage first = resolve(0);
        List<String> container =
                Docker.lines("docker", "create", "--label", "dev.hearth.test=budget", references.get(0));
        try {
            resolve(1);
            // What stays counts, so that the next one goes as soon as it has come.
            eventually(SOON, () -> assertThat(isHere(1)).isFalse());
            assertThat(isHere(0)).isTrue();
        } finally {
            Docker.lines("docker", "rm", container.getFirst());
        }
        images.close();
        images = open();
        assertThat(images.local(first.id()).await(10, TimeUnit.SECONDS)).isPresent();
        resolve(2);
        eventually(SOON, () -> assertThat(isHere(0)).isFalse());
        assertThat(isHere(2)).isTrue();
    }
}
