package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.common.pki.Role;
import dev.hearth.common.pki.Subject;
import dev.hearth.common.units.Bytes;
import dev.hearth.deploy.rig.BuiltImage;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.Eventually;
import dev.hearth.deploy.rig.ImageCluster;
import dev.hearth.deploy.rig.ImageHead;
import dev.hearth.deploy.rig.ImageRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real registry under a budget, filled by this machine's engine with three images of one large layer and a small one each. */
final class RegistryBudgetIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long SHARED = 1 << 20;
    private static final long OWN = 400 << 10;
    private static final long MARGIN = 100 << 10;
    private static final String BASE = "hearth-test/budget-base:1";

    @TempDir
    private static Path folder;

    private static final List<BuiltImage> BUILT = new ArrayList<>();
    private static final List<String> IDS = new ArrayList<>();
    private static IdentityFiles files;

    @BeforeAll
    static void build() {
        Subject head = new Subject("head", Role.GATEWAY, List.of("127.0.0.1"));
        files = Authority.create(folder, Instant.now())
                .issue(head, folder.resolve("head"), Instant.now())
                .files();
        BUILT.add(image(BASE, "scratch", SHARED));
        for (int i = 0; i < 3; i++) {
            BuiltImage image = image("hearth-test/budget-" + i + ":1", BASE, OWN);
            BUILT.add(image);
            IDS.addAll(Docker.lines("docker", "image", "inspect", "-f", "{{.Id}}", image.tag()));
        }
    }

    private static BuiltImage image(String tag, String base, long bytes) {
        String file = "noise" + bytes;
        return BuiltImage.of(
                tag,
                folder.resolve(tag.replaceAll("[^a-z0-9]", "-")),
                Map.of(
                        "Dockerfile",
                        "FROM " + base + "\nCOPY " + file + " /" + file + "\n",
                        file,
                        BuiltImage.noise((int) bytes)));
    }

    @AfterAll
    static void remove() {
        BUILT.reversed().forEach(BuiltImage::close);
    }

    private static ImageHead head(ImageRegistry registry, long most, Duration grace) {
        return ImageHead.bounded("127.0.0.1", files, registry, new Bytes(most), grace);
    }

    /** The image by digest in the registry, where it is now. */
    private static String offered(ImageHead head, int image) {
        String name = ImageCluster.offer(head, IDS.get(image)).name();
        assertThat(name).startsWith("hearth/images@sha256:");
        return name;
    }

    @Test
    void theImageThatWasOfferedLongestAgoGoesAndASharedLayerCountsOnce() {
        try (ImageRegistry registry = ImageRegistry.open();
                ImageHead head = head(registry, SHARED + 5 * OWN / 2, Duration.ZERO)) {
            String first = offered(head, 0);
            String second = offered(head, 1);
            eventually(SOON, () -> assertThat(head.held()).isBetween(SHARED + 2.0 * OWN, SHARED + 2.0 * OWN + MARGIN));
            assertThat(head.deleted()).isZero();
            assertThat(offered(head, 0)).isEqualTo(first);

            String third = offered(head, 2);
            eventually(SOON, () -> assertThat(registry.has(second)).isFalse());
            assertThat(registry.has(first)).isTrue();
            assertThat(registry.has(third)).isTrue();
            eventually(SOON, () -> assertThat(head.held()).isLessThan(SHARED + 2.0 * OWN + MARGIN));

            assertThat(offered(head, 1)).isEqualTo(second);
            assertThat(registry.has(second)).isTrue();
            eventually(SOON, () -> assertThat(registry.has(first)).isFalse());
            eventually(SOON, () -> assertThat(head.deleted()).isEqualTo(2));
        }
    }

    @Test
    void garbageCollectionGivesTheBytesBackAndWhatItTookIsPushedAgain() {
        try (ImageRegistry registry = ImageRegistry.open();
                ImageHead head = head(registry, SHARED + 3 * OWN / 2, Duration.ZERO)) {
            String first = offered(head, 0);
            String second = offered(head, 1);
            eventually(SOON, () -> assertThat(registry.has(first)).isFalse());
            long before = registry.bytes();
            registry.clean();
            assertThat(before - registry.bytes()).isBetween(OWN, OWN + MARGIN);
            assertThat(registry.has(second)).isTrue();

            // The head may still have a connection to the registry that was stopped.
            assertThat(Eventually.value(SOON, () -> offered(head, 0))).isEqualTo(first);
            assertThat(registry.has(first)).isTrue();
        }
    }

    @Test
    void whatWasOfferedWithinTheGraceStaysHoweverSmallTheBudget() {
        try (ImageRegistry registry = ImageRegistry.open();
                ImageHead head = head(registry, 1, Duration.ofHours(1))) {
            String first = offered(head, 0);
            // A look ends with what it left.
            eventually(SOON, () -> assertThat(head.held()).isGreaterThan(SHARED));
            assertThat(head.deleted()).isZero();
            assertThat(registry.has(first)).isTrue();
        }
    }

    @Test
    void aRegistryThatDeletesNothingIsToldOnceWithTheSettingThatLetsIt() {
        Logger log = (Logger) LoggerFactory.getLogger("dev.hearth.gateway.image.cluster.StoreEviction");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try (ImageRegistry registry = ImageRegistry.keeping();
                ImageHead head = head(registry, 1, Duration.ZERO)) {
            String first = offered(head, 0);
            eventually(SOON, () -> assertThat(head.held()).isGreaterThan(SHARED));
            offered(head, 1);
            eventually(SOON, () -> assertThat(head.held()).isGreaterThan(SHARED + 2.0 * OWN));
            assertThat(registry.has(first)).isTrue();
            assertThat(head.deleted()).isZero();
            assertThat(lines.list)
                    .singleElement()
                    .satisfies(line -> assertThat(line.getFormattedMessage())
                            .startsWith("event=image_store_keeps registry=http://" + registry.host())
                            .contains("set storage.delete.enabled: true in its configuration"));
        } finally {
            log.detachAppender(lines);
        }
    }
}
