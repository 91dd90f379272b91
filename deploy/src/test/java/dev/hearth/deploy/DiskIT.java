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
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk holds the runtimes' images and one more: what goes for what, and how it comes back. */
final class DiskIT {
    private static final long MIB = 1L << 20;
    private static final long CODE_MIB = 16;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int WAITERS = 20;
    private static final Pattern IMAGE_TIME = Pattern.compile("image;dur=([0-9.]+)");

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "stems.python3=0",
            "stems.nodejs=0",
            "stems.java=0",
            "invoker.code-bytes=" + CODE_MIB + "MiB",
            "invoker.disk=" + disk() + "MiB");

    private static ImageRegistry registry;

    @TempDir
    private Path folder;

    private final List<String> here = new ArrayList<>();

    /** The four runtimes' images and one and a half of the images that are made here. */
    private static long disk() {
        long runtimes = Stream.of("python3", "nodejs", "java", "native")
                .mapToLong(DiskIT::size)
                .sum();
        return (runtimes + size("python3") * 3 / 2) / MIB + CODE_MIB;
    }

    private static long size(String runtime) {
        return Long.parseLong(
                Docker.lines("docker", "image", "inspect", "-f", "{{.Size}}", Images.of(runtime) + ":latest")
                        .getFirst());
    }

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

    @AfterEach
    void removeFetched() {
        List.of("a", "b", "shared", "shared-too", "removed", "known", "cut")
                .forEach(name -> NODE.api().delete("/v1/functions/" + name));
        Eventually.eventually(SOON, () -> assertThat(Docker.all(NODE.id())).isEmpty());
        for (String id : here) {
            try {
                Docker.removeImage(id);
            } catch (AssertionError gone) {
                assertThat(gone).hasMessageContaining("No such image");
            }
        }
    }

    /** Pushes an image whose function answers with the word; it is not here then. Its reference. */
    private String remote(String host, String word) {
        try (BuiltImage image = BuiltImage.of(
                "hearth-test/" + word + "-" + NODE.id() + ":1",
                folder.resolve(word),
                Map.of(
                        "Dockerfile",
                        "FROM " + Images.of("python3") + "\nCOPY . /function\n",
                        "main.py",
                        "def handle(event, context):\n    return '" + word + "'\n"))) {
            here.add(Docker.lines("docker", "image", "inspect", "-f", "{{.Id}}", image.tag())
                    .getFirst());
            registry.push(image.tag(), "team/" + word + ":1");
        }
        return host + "/team/" + word + ":1";
    }

    private static String spec(String image) {
        return "image=" + image + "&contract=hearth&memory=64MiB&timeout=5s";
    }

    private static Answer call(String function) {
        Answer answer = NODE.api().invoke(function);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }

    /** Milliseconds that the call waited for its image. */
    private static double imageTime(Answer answer) {
        Matcher matcher = IMAGE_TIME.matcher(answer.header("Server-Timing"));
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    private static String why(Answer answer) {
        return NODE.api().record(answer.invocation()).getString("why");
    }

    private static List<JsonObject> images(String id) {
        return NODE.api().read("/v1/images").getJsonArray("images").stream()
                .map(JsonObject.class::cast)
                .filter(image -> id.equals(image.getString("id")))
                .toList();
    }

    private static boolean isHere(String id) {
        return !Docker.lines("docker", "images", "-q", "--no-trunc").stream()
                .filter(id::equals)
                .toList()
                .isEmpty();
    }

    @Test
    void ofTwoImagesThatDoNotFitTogetherTheOneThatIsCalledIsHere() {
        NODE.api().register("a", spec(remote(registry.host(), "a")), "");
        NODE.api().register("b", spec(remote(registry.host(), "b")), "");
        String a = here.get(0);
        Eventually.eventually(SOON, () -> assertThat(isHere(a)).isFalse());

        Answer first = call("a");
        assertThat(first.text()).isEqualTo("a");
        assertThat(first.start()).isEqualTo("cold");
        assertThat(imageTime(first)).isPositive();
        assertThat(why(first)).contains("had to be fetched");
        Answer second = call("a");
        assertThat(second.start()).isEqualTo("warm");
        assertThat(imageTime(second)).isZero();
        Answer third = call("b");
        assertThat(third.start()).isEqualTo("cold");
        assertThat(imageTime(third)).isPositive();
        assertThat(isHere(a)).isFalse();
        Answer fourth = call("a");
        assertThat(fourth.start()).isEqualTo("cold");
        assertThat(why(fourth)).contains("it was evicted for b@1");

        JsonObject listed = images(a).getFirst();
        assertThat(listed.getBoolean("evictable")).isTrue();
        assertThat(listed.getInteger("containers")).isEqualTo(1);
        JsonObject disk = NODE.api().node().getJsonObject("disk");
        assertThat(disk.getLong("used")).isLessThanOrEqualTo(disk.getLong("capacity"));
    }

    @Test
    void anotherFunctionOverTheSameImageFetchesNothing() {
        String reference = remote(registry.host(), "shared");
        NODE.api().register("shared", spec(reference), "");
        assertThat(call("shared").start()).isEqualTo("cold");
        NODE.api().register("shared-too", spec(reference), "");
        Answer other = call("shared-too");
        assertThat(other.start()).isEqualTo("cold");
        assertThat(why(other)).startsWith("cold").doesNotContain("had to be fetched");
    }

    @Test
    void anImageThatSomebodyRemovedIsFetchedAgain() {
        NODE.api().register("removed", spec(remote(registry.host(), "removed")) + "&keepAlive=0s", "");
        call("removed");
        Eventually.eventually(SOON, () -> assertThat(Docker.all(NODE.id())).isEmpty());
        Docker.removeImage(here.getFirst());

        Answer again = call("removed");
        assertThat(again.text()).isEqualTo("removed");
        assertThat(imageTime(again)).isPositive();
        assertThat(why(again)).contains("somebody had removed it");
    }

    @Test
    void aKilledNodeKnowsWhatItFetched() {
        NODE.api().register("known", spec(remote(registry.host(), "known")), "");
        call("known");
        NODE.process().kill();
        NODE.process().restart();
        Eventually.eventually(
                SOON,
                () -> assertThat(images(here.getFirst()).getFirst().getBoolean("evictable"))
                        .isTrue());
    }

    @Test
    void callsWaitForTheFirstImageAndAllHearWhyItDoesNotCome() throws Exception {
        String direct = remote(registry.host(), "cut");
        try (CuttingProxy proxy = CuttingProxy.before(registry.port(), "/blobs/" + here.getFirst())) {
            String reference = direct.replace(registry.host(), proxy.host());
            Answer pending = NODE.api()
                    .send(NODE.api()
                            .request("/v1/functions/cut?" + spec(reference))
                            .PUT(BodyPublishers.noBody())
                            .build());
            assertThat(pending.json().getString("state")).as("%s", pending).isEqualTo("PENDING");
            List<CompletableFuture<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < WAITERS; i++) {
                waiting.add(NODE.api().invokeLater("cut"));
            }
            proxy.awaitHeldBack();
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            proxy.cut();
            for (CompletableFuture<Answer> one : waiting) {
                assertThat(one.get().code()).as("%s", one.get()).isEqualTo("IMAGE_PULL_FAILED");
                assertThat(one.get().error().getString("message"))
                        .startsWith("image " + reference + ": ")
                        .contains("could not be reached or broke off");
            }
            proxy.heal();
            assertThat(call("cut").text()).isEqualTo("cut");
        }
    }
}
