package dev.hearth.deploy.rig;

import dev.hearth.common.bus.ImageOffer;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.invoker.docker.DockerEngine;
import dev.hearth.invoker.docker.EngineLimits;
import dev.hearth.invoker.tunnel.HeadImages;
import dev.hearth.invoker.tunnel.Tunnel;
import dev.hearth.invoker.tunnel.TunnelSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The part of a worker that takes images from a head, as a process of its own in the network of a {@link SecondEngine}: one
 * line in for each offer, one line out for what became of it.
 */
public final class TunnelProcess implements AutoCloseable {
    private static final String READY = "ready ";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;

    /** Starts it; it listens when the constructor returns. */
    public TunnelProcess(SecondEngine engine, IdentityFiles files, String head, int port, Duration silence)
            throws IOException {
        List<String> command = new ArrayList<>(engine.inside(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                TunnelProcess.class.getName(),
                engine.socket(),
                String.valueOf(files.authority().getParent()),
                head,
                String.valueOf(port),
                String.valueOf(silence.toMillis())));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        in = new BufferedWriter(new java.io.OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        next(READY);
    }

    /** What became of an offer: {@code taken ...} or {@code failed: ...}. */
    public String take(ImageOffer offer) {
        begin(offer);
        return end();
    }

    /** Begins to take an image. */
    public void begin(ImageOffer offer) {
        try {
            in.write(offer.image() + " " + offer.name() + "\n");
            in.flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** What became of the offer that was begun first. */
    public String end() {
        return next("");
    }

    private String next(String prefix) {
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("= " + prefix)) {
                    return line.substring(2);
                }
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        throw new AssertionError("the process with the tunnel has ended");
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** The process: engine, files of the member, head's host, its port, longest silence in milliseconds. */
    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        Duration silence = Duration.ofMillis(Long.parseLong(arguments[4]));
        SocketAddress head = SocketAddress.inetSocketAddress(Integer.parseInt(arguments[3]), arguments[2]);
        TunnelSettings settings = new TunnelSettings(
                () -> List.of(head), new IdentityFiles(Path.of(arguments[1])), 0, 64, silence, PATIENCE);
        Tunnel tunnel = Tunnel.open(vertx, settings).await(20, TimeUnit.SECONDS);
        DockerEngine engine =
                new DockerEngine(vertx, URI.create(arguments[0]), EngineLimits.DEFAULT, new SimpleMeterRegistry());
        HeadImages images = new HeadImages(engine, tunnel, PATIENCE);
        System.out.println("= " + READY + tunnel.address());
        var context = vertx.getOrCreateContext();
        BufferedReader offers = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = offers.readLine(); line != null; line = offers.readLine()) {
            String[] words = line.split(" ", -1);
            long began = System.nanoTime();
            context.runOnContext(ignored -> report(images.take(new ImageOffer(words[0], words[1])), began));
        }
        System.exit(0);
    }

    private static void report(Future<HeadImages.Taken> taken, long began) {
        taken.onComplete(done -> System.out.println(
                done.succeeded()
                        ? "= taken fetched=" + done.result().fetched() + " reference="
                                + done.result().reference() + " millis=" + (System.nanoTime() - began) / 1_000_000
                        : "= failed: " + Objects.requireNonNullElse(done.cause().getMessage(), "")));
    }
}
