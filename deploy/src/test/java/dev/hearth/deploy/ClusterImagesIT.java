package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageOffer;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.common.pki.Role;
import dev.hearth.common.units.Bytes;
import dev.hearth.deploy.rig.BuiltImage;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.Eventually;
import dev.hearth.deploy.rig.ImageCluster;
import dev.hearth.deploy.rig.ImageHead;
import dev.hearth.deploy.rig.ImageRegistry;
import dev.hearth.deploy.rig.SecondEngine;
import dev.hearth.deploy.rig.TunnelProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A head on this machine's engine, a worker with a real engine in a network of its own, and a real registry between them. */
final class ClusterImagesIT {
    private static final String ADDRESS = "10.123.41.2";
    private static final String LARGE = "hearth/nodejs:latest";

    @TempDir
    private static Path folder;

    private static ImageCluster cluster;
    private static SecondEngine engine;
    private static ImageRegistry registry;
    private static ImageHead head;
    private static TunnelProcess worker;

    @BeforeAll
    static void start() throws IOException {
        cluster = ImageCluster.up("images", ADDRESS, folder);
        engine = cluster.engine();
        registry = cluster.registry();
        head = cluster.head();
        worker = cluster.worker();
    }

    private static IdentityFiles member(String node, Role role) {
        return cluster.member(node, role);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String id(String reference) {
        return Docker.lines("docker", "image", "inspect", "-f", "{{.Id}}", reference)
                .getFirst();
    }

    private static ImageOffer offer(String image) {
        return cluster.offer(image);
    }

    private static void forget(String image) {
        engine.docker("image", "rm", "-f", image);
    }

    @Test
    void layersThatTheNodeHasAreNotSentAgainAndThoseThatTheRegistryHasAreNotPushedAgain(@TempDir Path files) {
        String base = id("hearth/python3:latest");
        try (BuiltImage built = BuiltImage.of(
                "hearth-test/small-layer:1",
                files,
                Map.of("Dockerfile", "FROM hearth/python3:latest\nCOPY word /word\n", "word", "one layer more\n"))) {
            worker.take(offer(base));
            long kept = registry.bytes();
            long before = head.sent("registry");
            String image = id(built.tag());
            assertThat(worker.take(offer(image))).startsWith("taken fetched=true");
            assertThat(head.sent("registry") - before).isBetween(1L, 64L << 10);
            assertThat(registry.bytes() - kept).isBetween(1L, 64L << 10);

            long twice = head.sent("registry");
            assertThat(worker.take(offer(image))).startsWith("taken fetched=false");
            assertThat(head.sent("registry")).isEqualTo(twice);
            forget(image);
        } finally {
            forget(base);
        }
    }

    @Test
    void withoutARegistryAnArchiveComesStraightFromTheHeadsEngine() throws IOException {
        String image = id("hearth/python3:latest");
        try (ImageHead bare =
                        ImageHead.start(engine.machine(), member("bare", Role.GATEWAY), Optional.empty(), folder);
                TunnelProcess other = new TunnelProcess(
                        engine, member("other", Role.INVOKER), engine.machine(), bare.port(), ImageCluster.SILENCE)) {
            ImageOffer offer =
                    (ImageOffer) bare.offer(new ImageFetch("", "hearth/python3:latest", "default", "another engine"));
            assertThat(offer).isEqualTo(new ImageOffer(image, ""));
            assertThat(other.take(offer)).startsWith("taken fetched=true reference= ");
            assertThat(bare.sent("archive")).isGreaterThan(100L << 20);
            assertThat(engine.docker("images", "-q", "--no-trunc")).contains(image);
        } finally {
            forget(image);
        }
    }

    @Test
    void aRegistryThatIsDownIsSaidAndTheImageComesAsAnArchive() throws IOException {
        String image = id("hearth/bridge:latest");
        ImageRegistry gone = ImageRegistry.open();
        try (ImageHead alone =
                ImageHead.start(engine.machine(), member("alone", Role.GATEWAY), Optional.of(gone), folder)) {
            gone.close();
            assertThat(alone.offer(new ImageFetch(image, "", "default", "another engine")))
                    .isEqualTo(new ImageOffer(image, ""));
            // The first to hear of it may be a connection that was open.
            Eventually.eventually(
                    ImageCluster.SILENCE, () -> assertThat(alone.fault()).contains("refused"));
        }
    }

    @Test
    void anImageThatANodeReadStaysLongerAndOneThatLeftTheRegistryComesWithTheNextOffer(@TempDir Path files)
            throws IOException {
        try (BuiltImage read = tiny("read", files);
                BuiltImage idle = tiny("idle", files);
                BuiltImage last = tiny("last", files);
                ImageRegistry small = ImageRegistry.open();
                ImageHead bounded = ImageHead.bounded(
                        engine.machine(), member("bounded", Role.GATEWAY), small, Bytes.ofKiB(500), Duration.ZERO);
                TunnelProcess other = new TunnelProcess(
                        engine,
                        member("fourth", Role.INVOKER),
                        engine.machine(),
                        bounded.port(),
                        ImageCluster.SILENCE)) {
            ImageOffer first = ImageCluster.offer(bounded, id(read.tag()));
            ImageOffer second = ImageCluster.offer(bounded, id(idle.tag()));
            assertThat(other.take(first)).startsWith("taken fetched=true");
            ImageCluster.offer(bounded, id(last.tag()));
            Eventually.eventually(
                    ImageCluster.SILENCE,
                    () -> assertThat(small.has(second.name())).isFalse());
            assertThat(small.has(first.name())).isTrue();

            assertThat(other.take(second)).startsWith("failed: ");
            assertThat(ImageCluster.offer(bounded, second.image())).isEqualTo(second);
            assertThat(other.take(second)).startsWith("taken fetched=true");
            forget(first.image());
            forget(second.image());
        }
    }

    /** An image of 200 KiB of its own. */
    private static BuiltImage tiny(String word, Path folder) {
        return BuiltImage.of(
                "hearth-test/tiny-" + word + ":1",
                folder.resolve(word),
                Map.of("Dockerfile", "FROM scratch\nCOPY noise /noise\n", "noise", BuiltImage.noise(200 << 10)));
    }

    @Test
    void aHeadThatGoesInTheMiddleOfAPullFailsItAndTheNextTryWorks() throws IOException {
        String image = id(LARGE);
        ImageOffer offer = offer(image);
        var files = member("second", Role.GATEWAY);
        ImageHead second = ImageHead.start(engine.machine(), files, Optional.of(registry), folder);
        int port = second.port();
        try (TunnelProcess other = new TunnelProcess(
                engine, member("third", Role.INVOKER), engine.machine(), port, ImageCluster.SILENCE)) {
            other.begin(offer);
            second.awaitSent("registry", 1L << 20);
            second.close();
            long cut = System.nanoTime();
            assertThat(other.end()).startsWith("failed: ").contains("cannot be reached");
            assertThat(Duration.ofNanos(System.nanoTime() - cut)).isLessThan(Duration.ofSeconds(30));
            try (ImageHead back = ImageHead.startAt(engine.machine(), port, files, Optional.of(registry), folder)) {
                assertThat(other.take(offer)).startsWith("taken fetched=true");
                assertThat(back.sent("registry")).isPositive();
            }
        } finally {
            forget(image);
        }
    }
}
