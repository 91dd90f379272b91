package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real registry of images, Debian's docker-registry, on a free port of loopback; its images go with it. */
public final class ImageRegistry implements AutoCloseable {
    public static final String USER = "ada";
    public static final String PASSWORD = "open sesame";

    /** bcrypt of the password, which is the only form that the registry takes. */
    private static final String HASH = "$2b$05$or08ZZhdC/J54RbTFtQbPuCWBMlH/TTTDhQcY.ug87SbB1YC5gjoS";

    private static final Duration START = Duration.ofSeconds(30);

    private final int port = NodeProcess.freePort();
    private final Path folder;
    private final boolean locked;
    private final boolean deletes;
    private Process process;
    private @Nullable Process also;

    private ImageRegistry(boolean locked, boolean deletes) throws IOException {
        this.locked = locked;
        this.deletes = deletes;
        folder = Files.createTempDirectory("hearth-registry");
        Files.writeString(file(), configuration());
        Files.writeString(folder.resolve("htpasswd"), USER + ":" + HASH + "\n");
        process = serve();
    }

    private Path file() {
        return folder.resolve("config.yml");
    }

    private Process serve() throws IOException {
        return new ProcessBuilder("docker-registry", "serve", file().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** Starts one that serves everybody. */
    public static ImageRegistry open() {
        return start(false, true);
    }

    /** Starts one that asks for {@link #USER} and {@link #PASSWORD}. */
    public static ImageRegistry locked() {
        return start(true, true);
    }

    /** Starts one that serves everybody and deletes nothing, as registries do unless they are told to. */
    public static ImageRegistry keeping() {
        return start(false, false);
    }

    private static ImageRegistry start(boolean locked, boolean deletes) {
        try {
            ImageRegistry started = new ImageRegistry(locked, deletes);
            started.awaitAnswer();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("docker-registry does not start: deploy/test.sh installs it", e);
        }
    }

    private String configuration() {
        String auth = locked ? "auth: {htpasswd: {realm: test, path: %s}}\n".formatted(folder.resolve("htpasswd")) : "";
        return """
                version: 0.1
                log: {level: warn, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}, delete: {enabled: %s}}
                http: {addr: "127.0.0.1:%d"}
                %s""".formatted(folder.resolve("images"), deletes, port, auth);
    }

    private void awaitAnswer() {
        int status = locked ? HttpURLConnection.HTTP_UNAUTHORIZED : HttpURLConnection.HTTP_OK;
        Eventually.eventually(START, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("docker-registry ended: " + Files.readString(log()));
            }
            int answered = send("GET", "/v2/", "", "", "");
            if (answered != status) {
                throw new AssertionError("the registry answers with " + answered);
            }
        });
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** Host and port as references name them. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** What its images take on disk. */
    public long bytes() {
        try (Stream<Path> paths = Files.walk(folder.resolve("images"))) {
            return paths.filter(Files::isRegularFile)
                    .mapToLong(path -> path.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it has a manifest of an image: {@code repository@digest}. */
    public boolean has(String image) {
        String path = "/v2/" + image.replace("@", "/manifests/");
        int status = send("HEAD", path, "Accept", "application/vnd.docker.distribution.manifest.v2+json", "");
        if (status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_NOT_FOUND) {
            throw new AssertionError("the registry answers with " + status);
        }
        return status == HttpURLConnection.HTTP_OK;
    }

    /** Stops it, collects its garbage as hearth-registry-clean.service does, and starts it again. */
    public void clean() {
        end(process);
        Docker.lines("docker-registry", "garbage-collect", file().toString());
        try {
            process = serve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitAnswer();
    }

    /** Serves the same images at another address too, until the registry closes; at the same port. */
    public String alsoAt(String address) {
        try {
            Path file = folder.resolve("also.yml");
            Files.writeString(file, configuration().replace("127.0.0.1:", address + ":"));
            also = new ProcessBuilder("docker-registry", "serve", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("also.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Eventually.eventually(START, () -> new Socket(address, port).close());
        return address + ":" + port;
    }

    /** Pushes an image that is here to a name of this registry's; whoever pushes has the right password. */
    public String push(String image, String name) {
        String reference = host() + "/" + name;
        String who = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        try {
            Files.writeString(
                    folder.resolve("config.json"), "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(host(), who));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Docker.lines("docker", "tag", image, reference);
        try {
            Docker.lines("docker", "--config", folder.toString(), "push", "-q", reference);
        } finally {
            Docker.removeImage(reference);
        }
        return reference;
    }

    /** Puts a manifest of any content under a name. */
    public void putManifest(String name, String tag, String type, String content) {
        int status = send("PUT", "/v2/" + name + "/manifests/" + tag, "Content-Type", type, content);
        if (status != HttpURLConnection.HTTP_CREATED) {
            throw new AssertionError("the registry took no manifest: " + status);
        }
    }

    private int send(String method, String path, String header, String value, String content) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + host() + path))
                    .timeout(START)
                    .method(method, HttpRequest.BodyPublishers.ofString(content));
            if (!header.isEmpty()) {
                request.header(header, value);
            }
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        if (also != null) {
            also.destroy();
        }
        end(process);
        delete(folder);
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
