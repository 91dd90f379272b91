package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Archive;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.Images;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The example functions, each on real input and on input that is none. */
final class ExamplesIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    private static final Path EXAMPLES = Path.of("examples").toAbsolutePath();
    private static final String SECRET = "open-sesame";
    private static final String JSON = "application/json";
    private static final String PICTURES =
            "hearth-test/thumbnail:" + ProcessHandle.current().pid();
    private static final CompletableFuture<Void> PICTURES_BUILT = new CompletableFuture<>();

    /** It takes the longest, so the other examples run meanwhile. */
    @BeforeAll
    static void buildTheImageOfThumbnails() {
        Thread.ofVirtual().start(() -> {
            try {
                Docker.build(PICTURES, EXAMPLES.resolve("thumbnail"), "--build-arg=BASE=" + Images.of("python3"));
                PICTURES_BUILT.complete(null);
            } catch (Throwable failed) {
                PICTURES_BUILT.completeExceptionally(failed);
            }
        });
    }

    @AfterAll
    static void removeTheImageOfThumbnails() {
        // An image cannot go while a container of it runs.
        Docker.removeAll(NODE.id());
        if (!PICTURES_BUILT.handle((built, failed) -> failed != null).join()) {
            Docker.removeImage(PICTURES);
        }
    }

    private static String source(String path) {
        try {
            return Files.readString(EXAMPLES.resolve(path));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void succeeded(Answer answer, String type) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo(type);
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    private static void failed(Answer answer, String... told) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(502);
        assertThat(answer.code()).isEqualTo("FUNCTION_ERROR");
        assertThat(answer.error().getString("message")).contains(told);
    }

    /** What an example's own generator writes; it runs in an image, so that no Python is needed here. */
    private static byte[] generated(String image, String script, String... arguments) {
        String[] program = {"python3", "/input/" + script};
        String[] command = Arrays.copyOf(program, program.length + arguments.length);
        System.arraycopy(arguments, 0, command, program.length, arguments.length);
        return Docker.output(image, EXAMPLES, command);
    }

    @Test
    void helloGreets() {
        NODE.api().register("hello", "runtime=python3", source("hello/hello.py"));
        Answer answer = NODE.api().invoke("hello", "{\"name\":\"Ada\"}");
        succeeded(answer, JSON);
        assertThat(answer.json().getString("greeting")).isEqualTo("Hello, Ada!");
        assertThat(NODE.api().invoke("hello").json().getString("greeting")).isEqualTo("Hello, world!");
        Answer broken = NODE.api().invoke("hello", "{\"name\":");
        assertThat(broken.status()).as("%s", broken).isEqualTo(400);
        assertThat(broken.code()).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void ordersAreExtractedTransformedAndSummedUp() {
        byte[] table = generated(Images.of("python3"), "etl/make_orders.py", "60000", "20");
        assertThat(table.length).isBetween(3 << 20, 6 << 20);
        NODE.api().register("etl", "runtime=python3&memory=256MiB", source("etl/etl.py"));
        Answer answer = NODE.api().invoke("etl", "text/csv", table);
        succeeded(answer, JSON);
        assertThat(answer.json()).isEqualTo(ExampleFigures.report(new String(table, StandardCharsets.UTF_8)));
        failed(NODE.api().invoke("etl", "{\"orders\":[]}"), "text/csv");
    }

    @Test
    void aBookIsCounted() {
        byte[] book = generated(Images.of("python3"), "text/make_book.py", "800000", "8");
        assertThat(book.length).isBetween(2 << 20, 6 << 20);
        NODE.api().register("text", "runtime=nodejs&memory=256MiB", source("text/text.js"));
        Answer answer = NODE.api().invoke("text", "text/plain", book);
        succeeded(answer, JSON);
        assertThat(answer.json()).isEqualTo(ExampleFigures.counted(new String(book, StandardCharsets.UTF_8)));
        failed(NODE.api().invoke("text", "[1]"), "text/plain");
    }

    private static HttpRequest.Builder delivery(String type, byte[] body) {
        return NODE.api()
                .request("/v1/functions/webhook/invoke")
                .header("Content-Type", type)
                .header("X-GitHub-Event", "push")
                .POST(BodyPublishers.ofByteArray(body));
    }

    private static Answer signed(String type, byte[] body, String signature) {
        return NODE.api()
                .send(delivery(type, body)
                        .header("X-Hub-Signature-256", signature)
                        .build());
    }

    private static String signature(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSignedDeliveryIsSummedUp() {
        NODE.api().register("webhook", "runtime=python3&env.WEBHOOK_SECRET=" + SECRET, source("webhook/webhook.py"));
        byte[] push = source("webhook/push.json").getBytes(StandardCharsets.UTF_8);
        Answer answer = signed(JSON, push, signature(SECRET, push));
        succeeded(answer, JSON);
        assertThat(answer.json().getString("summary"))
                .isEqualTo("octocat pushed 2 commits to main of octo-org/octo-repo");
        assertThat(answer.json().getJsonArray("files"))
                .containsExactly("menu/café.txt", "src/menu.py", "src/old_menu.py");

        // The same JSON in other bytes has another signature: what is signed are the bytes.
        byte[] compact = new JsonObject(source("webhook/push.json")).encode().getBytes(StandardCharsets.UTF_8);
        succeeded(signed(JSON, compact, signature(SECRET, compact)), JSON);
        failed(signed(JSON, compact, signature(SECRET, push)), "does not fit the body");

        byte[] form = ("payload=" + java.net.URLEncoder.encode(source("webhook/push.json"), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        Answer posted = signed("application/x-www-form-urlencoded", form, signature(SECRET, form));
        assertThat(posted.json()).isEqualTo(answer.json());
        rejects(push);
    }

    private static void rejects(byte[] push) {
        String right = signature(SECRET, push);
        failed(NODE.api().send(delivery(JSON, push).build()), "is missing");
        failed(signed(JSON, push, signature("another", push)), "does not fit the body");
        for (String garbled : new String[] {
            "sha256=",
            "sha1=" + right.substring(7),
            right.substring(0, 70),
            right + "0",
            right + ", " + right,
            "sha256=ü"
        }) {
            failed(signed(JSON, push, garbled), "is garbled");
        }
        failed(signed(JSON, new byte[0], right), "does not fit the body");
    }

    @Test
    void aReceiverWithoutItsSecretDoesNotStart() {
        NODE.api().register("open-webhook", "runtime=python3", source("webhook/webhook.py"));
        Answer answer = NODE.api().invoke("open-webhook", "{}");
        assertThat(answer.code()).isEqualTo("INIT_FAILED");
        assertThat(answer.error().getString("message")).contains("WEBHOOK_SECRET");
    }

    @ParameterizedTest
    @EnumSource
    void theReadmeBecomesAPage(Archive form) throws IOException {
        NODE.api()
                .register(
                        "markdown",
                        "runtime=nodejs&memory=128MiB",
                        form.type(),
                        form.of(EXAMPLES.resolve("markdown")).getBytes());
        byte[] readme = Files.readAllBytes(Path.of("../README.md"));
        Answer page = NODE.api().invoke("markdown", "text/markdown; charset=utf-8", readme);
        succeeded(page, "text/html; charset=utf-8");
        assertThat(page.header("Content-Security-Policy")).isEqualTo("sandbox");
        assertThat(page.text())
                .startsWith("<!DOCTYPE html>")
                .contains("<title>Hearth</title>", "<h1>Hearth</h1>", "<table>", "<pre><code>")
                .contains("<a href=\"docs/contracts.md\">");
        String hostile = "# A <b>\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) [y](https://example.org)\n";
        String shown = NODE.api()
                .invoke("markdown", "text/markdown", hostile.getBytes(StandardCharsets.UTF_8))
                .text();
        assertThat(shown)
                .contains("<title>A &lt;b&gt;</title>", "&lt;script&gt;", "<a href=\"https://example.org\">y</a>")
                .doesNotContain("<script>", "<b>", "javascript:");
        failed(NODE.api().invoke("markdown", "{\"text\":\"# A\"}"), "text/markdown");
    }

    private static Answer thumbnail(String kind, byte[] picture) {
        return NODE.api().invoke("thumbnail", "image/" + kind, picture);
    }

    private static BufferedImage read(Answer answer) throws IOException {
        return Objects.requireNonNull(
                ImageIO.read(new ByteArrayInputStream(answer.body().getBytes())), "no picture");
    }

    private static void shows(BufferedImage picture, int x, int y, Color expected) {
        Color seen = new Color(picture.getRGB(x, y));
        assertThat(new int[] {seen.getRed(), seen.getGreen(), seen.getBlue()})
                .as("colour at %d, %d", x, y)
                .satisfies(parts -> {
                    assertThat(parts[0]).isBetween(expected.getRed() - 12, expected.getRed() + 12);
                    assertThat(parts[1]).isBetween(expected.getGreen() - 12, expected.getGreen() + 12);
                    assertThat(parts[2]).isBetween(expected.getBlue() - 12, expected.getBlue() + 12);
                });
    }

    @Test
    void picturesBecomeSmall() throws IOException {
        PICTURES_BUILT.join();
        NODE.api().register("thumbnail", "image=" + PICTURES + "&contract=hearth&memory=256MiB", "");
        for (String kind : new String[] {"png", "jpeg"}) {
            byte[] picture = generated(PICTURES, "thumbnail/make_picture.py", kind);
            Answer answer = thumbnail(kind, picture);
            succeeded(answer, "image/" + kind);
            assertThat(answer.body().length()).isLessThan(picture.length);
            BufferedImage small = read(answer);
            assertThat(new int[] {small.getWidth(), small.getHeight()}).containsExactly(256, 160);
            shows(small, 200, 5, new Color(91, 141, 221));
            shows(small, 51, 38, new Color(250, 220, 120));
            shows(small, 128, 155, new Color(40, 110, 60));
        }
        BufferedImage upright = read(thumbnail("jpeg", generated(PICTURES, "thumbnail/make_picture.py", "rotated")));
        assertThat(new int[] {upright.getWidth(), upright.getHeight()}).containsExactly(160, 256);

        byte[] jpeg = generated(PICTURES, "thumbnail/make_picture.py", "jpeg");
        failed(thumbnail("jpeg", Arrays.copyOf(jpeg, jpeg.length / 2)), "the picture is broken", "truncated");
        byte[] bomb = generated(PICTURES, "thumbnail/make_picture.py", "bomb");
        assertThat(bomb.length).isLessThan(100_000);
        failed(thumbnail("png", bomb), "20000 x 20000 pixels");
        failed(thumbnail("png", "not a picture".getBytes(StandardCharsets.UTF_8)), "neither a PNG nor a JPEG");
        failed(NODE.api().invoke("thumbnail", "\"text\""), "send a picture");
        assertThat(thumbnail("jpeg", jpeg).start()).isEqualTo("warm");
    }
}
