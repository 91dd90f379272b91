package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.BuiltImage;
import dev.hearth.deploy.rig.CuttingProxy;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.Eventually;
import dev.hearth.deploy.rig.ImageRegistry;
import dev.hearth.deploy.rig.Images;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Images that come from a registry or an archive: pulled, pinned, refused with what to do. */
final class ImagesIT {
    @RegisterExtension
    static final SharedNode NODE =
            SharedNode.with("stems.python3=0", "stems.nodejs=0", "stems.java=0", "gateway.image-bytes=2MiB");

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int WAITERS = 20;
    private static ImageRegistry registry;

    @TempDir
    private Path folder;

    private final List<String> here = new ArrayList<>();

    @BeforeAll
    static void open() {
        registry = ImageRegistry.open();
    }

    @AfterAll
    static void close() {
        if (registry != null) {
            registry.close();
        }
    }

    /** An image of the test's own; small beside its runtime, whose layers are here already. */
    private BuiltImage image(String word) {
        return BuiltImage.of(
                "hearth-test/" + word + "-" + NODE.id() + ":1",
                folder.resolve(word),
                Map.of(
                        "Dockerfile",
                        "FROM " + Images.of("python3") + "\nCOPY . /function\n",
                        "main.py",
                        "def handle(event, context):\n    return '" + word + "'\n"));
    }

    /** An image of a single file, which nobody can run and which is pushed in a moment. */
    private BuiltImage tiny(String word) {
        return BuiltImage.of(
                "hearth-test/" + word + "-" + NODE.id() + ":1",
                folder.resolve(word),
                Map.of("Dockerfile", "FROM scratch\nCOPY word /word\nCMD [\"/word\"]\n", "word", word + "\n"));
    }

    /** Pushes the image and removes it here; its reference in the registry. */
    private String remote(ImageRegistry where, String word, BuiltImage made) {
        try (BuiltImage image = made) {
            return pulled(where.push(image.tag(), "team/" + word + ":1"));
        }
    }

    @AfterEach
    void removePulled() {
        here.forEach(ImagesIT::untag);
    }

    private static void untag(String reference) {
        try {
            Docker.removeImage(reference);
        } catch (AssertionError gone) {
            assertThat(gone).hasMessageContaining("No such image");
        }
    }

    private String pulled(String reference) {
        here.add(reference);
        return reference;
    }

    private static String spec(String image) {
        return "image=" + image + "&contract=hearth&memory=64MiB&timeout=5s";
    }

    private static Answer registerOnly(String name, String image, String wait) {
        return NODE.api()
                .send(NODE.api()
                        .request("/v1/functions/" + name + "?" + spec(image) + wait)
                        .PUT(BodyPublishers.noBody())
                        .build());
    }

    @Test
    void anImageIsPulledOnceHoweverManyFunctionsUseIt() {
        String reference = remote(registry, "once", image("once"));
        Answer pending = registerOnly("once", reference, "");
        assertThat(pending.json().getString("state")).as("%s", pending).isEqualTo("PENDING");
        Eventually.eventually(
                SOON,
                () -> assertThat(NODE.api().read("/v1/functions/once").getString("state"))
                        .isEqualTo("READY"));
        assertThat(NODE.api().read("/v1/functions/once").getValue("pull")).isNull();
        assertThat(NODE.api().invoke("once").text()).isEqualTo("once");

        Answer other = registerOnly("once-more", reference, "");
        assertThat(other.json().getString("state")).as("%s", other).isEqualTo("READY");
        assertThat(NODE.api().invoke("once-more").text()).isEqualTo("once");
        JsonObject image = listed(reference);
        assertThat(image.getJsonArray("functions")).containsExactly("once", "once-more");
        assertThat(image.getJsonArray("nodes")).containsExactly(NODE.id());
    }

    private static JsonObject listed(String reference) {
        return Eventually.value(
                SOON,
                () -> NODE.api().read("/v1/images").getJsonArray("images").stream()
                        .map(JsonObject.class::cast)
                        .filter(image -> reference.equals(image.getString("reference")))
                        .filter(image -> !image.getJsonArray("nodes").isEmpty())
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void aTagThatMovesChangesNothingUntilTheFunctionIsRegisteredAgain() {
        String tag = pulled("hearth-test/moving-" + NODE.id() + ":1");
        String spec = spec(tag) + "&keepAlive=0s";
        try (BuiltImage first = image("first");
                BuiltImage second = image("second")) {
            Docker.lines("docker", "tag", first.tag(), tag);
            NODE.api().register("moving", spec, "");
            assertThat(NODE.api().invoke("moving").text()).isEqualTo("first");
            Docker.lines("docker", "tag", second.tag(), tag);

            Answer still = NODE.api().invoke("moving");
            assertThat(still.text()).isEqualTo("first");
            assertThat(still.start()).isEqualTo("cold");
            NODE.api().register("moving", spec, "");
            assertThat(NODE.api().invoke("moving").text()).isEqualTo("second");
        }
    }

    @Test
    void aRegistryThatBreaksOffInMidPullFailsAllWhoWaitAndTheNextTrySucceeds() throws Exception {
        String config;
        try (BuiltImage image = tiny("cut")) {
            config = Docker.lines("docker", "image", "inspect", "-f", "{{.Id}}", image.tag())
                    .getFirst();
            registry.push(image.tag(), "team/cut:1");
        }
        try (CuttingProxy proxy = CuttingProxy.before(registry.port(), "/blobs/" + config)) {
            String reference = pulled(proxy.host() + "/team/cut:1");
            List<CompletableFuture<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < WAITERS; i++) {
                waiting.add(NODE.api()
                        .sendLater(NODE.api()
                                .request("/v1/functions/cut" + i + "?wait=60s&" + spec(reference))
                                .PUT(BodyPublishers.noBody())
                                .build()));
            }
            proxy.awaitHeldBack();
            Eventually.eventually(
                    SOON,
                    () -> assertThat(NODE.api()
                                    .read("/v1/functions/cut0")
                                    .getJsonObject("pull")
                                    .getInteger("layersDone"))
                            .isPositive());
            assertThat(NODE.api().get("/v1/functions/cut0").json().getString("state"))
                    .isEqualTo("PENDING");
            proxy.cut();
            for (CompletableFuture<Answer> one : waiting) {
                JsonObject function = one.get().json();
                assertThat(function.getString("state")).as("%s", function).isEqualTo("FAILED");
                assertThat(function.getJsonObject("cause").getString("code")).isEqualTo("IMAGE_PULL_FAILED");
                assertThat(function.getJsonObject("cause").getString("message"))
                        .startsWith("image " + reference + ": ")
                        .contains("could not be reached or broke off");
            }
            proxy.heal();
            NODE.api().register("cut0", spec(reference), "");
        }
    }

    @Test
    void aPullThatCannotSucceedSaysWhatToDo() {
        String absent = registry.host() + "/team/none:1";
        assertThat(pull(absent).error().getString("message")).contains(absent, "has no such image or tag");
        registry.putManifest(
                "team/broken",
                "foreign",
                "application/vnd.docker.distribution.manifest.list.v2+json",
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.list.v2+json\","
                        + "\"manifests\":[]}");
        Answer foreign = pull(registry.host() + "/team/broken:foreign");
        assertThat(foreign.code()).isEqualTo("IMAGE_PULL_FAILED");
        assertThat(foreign.error().getString("message")).contains("processor");
        Answer wrong = pull("no image");
        assertThat(wrong.code()).isEqualTo("INVALID_REQUEST");
        Answer nothing = NODE.api().send(bring("application/json", BodyPublishers.ofString("{\"load\":1}")));
        assertThat(nothing.error().getString("message")).contains("unknown field", "load");
    }

    @Test
    void aLockedRegistryNeedsCredentialsThatNobodyEverSees() throws IOException {
        try (ImageRegistry locked = ImageRegistry.locked()) {
            String reference = remote(locked, "private", tiny("private"));
            assertThat(pull(reference).error().getString("message")).contains("hearth registries add " + locked.host());
            assertThat(credentials(locked.host(), "a wrong one").status()).isEqualTo(200);
            assertThat(pull(reference).error().getString("message")).contains("refuses the stored credentials");
            assertThat(credentials(locked.host(), ImageRegistry.PASSWORD).text())
                    .contains(ImageRegistry.USER)
                    .doesNotContain(ImageRegistry.PASSWORD);

            Answer done = pull(reference);
            assertThat(done.status()).as("%s", done).isEqualTo(200);
            NODE.api().register("private", spec(reference), "");
            assertThat(NODE.api().get("/v1/registries").text())
                    .contains(locked.host())
                    .doesNotContain(ImageRegistry.PASSWORD)
                    .doesNotContain("password");
            assertThat(String.join("\n", NODE.process().logLines()))
                    .doesNotContain(ImageRegistry.PASSWORD)
                    .doesNotContain("a wrong one");
            for (String file : List.of("hearth.db", "hearth.db-wal")) {
                byte[] stored = Files.readAllBytes(NODE.process().data().resolve(file));
                assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain(ImageRegistry.PASSWORD);
            }
            assertThat(NODE.api().delete("/v1/registries/" + locked.host()).status())
                    .isEqualTo(200);
            assertThat(NODE.api().delete("/v1/registries/" + locked.host()).status())
                    .isEqualTo(404);
        }
    }

    private static Answer credentials(String host, String password) {
        return NODE.api()
                .send(NODE.api()
                        .request("/v1/registries/" + host)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(new JsonObject()
                                .put("username", ImageRegistry.USER)
                                .put("password", password)
                                .encode()))
                        .build());
    }

    @Test
    void anArchiveOfAnImageIsImportedAndABrokenOneLeavesNothing() throws IOException {
        Path archive = folder.resolve("saved.tar");
        String tag;
        try (BuiltImage image = tiny("saved")) {
            tag = pulled(image.tag());
            Docker.lines("docker", "save", "-o", archive.toString(), tag);
        }
        byte[] whole = Files.readAllBytes(archive);

        Answer cut = load(BodyPublishers.ofByteArray(Arrays.copyOf(whole, whole.length / 2)));
        assertThat(cut.status()).as("%s", cut).isEqualTo(400);
        assertThat(cut.error().getString("message")).contains("cut off");
        assertThat(load(BodyPublishers.ofByteArray(new byte[1_000_000])).error().getString("message"))
                .contains("no list of images");
        assertThat(load(BodyPublishers.ofString("no tar ".repeat(1_000)))
                        .error()
                        .getString("message"))
                .contains("no tar");
        assertThat(load(BodyPublishers.ofByteArray(new byte[3 << 20])).status()).isEqualTo(413);
        assertThat(NODE.api().get("/v1/images").text()).doesNotContain(tag);

        Answer loaded = load(BodyPublishers.ofByteArray(whole));
        assertThat(loaded.status()).as("%s", loaded).isEqualTo(200);
        assertThat(loaded.json().getJsonArray("images").getJsonObject(0).getString("reference"))
                .isEqualTo(tag);
        assertThat(NODE.api().get("/v1/images").text()).contains(tag);
    }

    private static Answer load(BodyPublisher archive) {
        return NODE.api().send(bring("application/x-tar", archive));
    }

    private static Answer pull(String reference) {
        return NODE.api()
                .send(bring(
                        "application/json",
                        BodyPublishers.ofString(
                                new JsonObject().put("pull", reference).encode())));
    }

    private static HttpRequest bring(String type, BodyPublisher body) {
        return NODE.api()
                .request("/v1/images")
                .header("Content-Type", type)
                .POST(body)
                .build();
    }
}
