package dev.hearth.invoker.tunnel;

import dev.hearth.common.bus.ImageOffer;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.EngineFault;
import dev.hearth.invoker.docker.InspectedImage;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Takes images that a head offered into the node's own engine, one fetch for an image however many ask. Lives on one event
 * loop.
 */
public final class HeadImages {
    private static final int OK = 200;

    private final Engine engine;
    private final Tunnel tunnel;
    private final Duration patience;
    private final Map<String, Future<Taken>> under = new HashMap<>();

    /**
     * An image that is here now.
     *
     * @param reference by which the engine knows it: {@code repository@sha256:...}; empty when it came as an archive
     * @param fetched whether it came just now
     */
    public record Taken(String image, String reference, Bytes size, boolean fetched) {}

    /**
     * Images for this engine.
     *
     * @param patience longest time without a byte of an archive
     */
    public HeadImages(Engine engine, Tunnel tunnel, Duration patience) {
        this.engine = engine;
        this.tunnel = tunnel;
        this.patience = patience;
    }

    /** Bytes that have come over the tunnel so far. */
    public long received() {
        return tunnel.received();
    }

    /** The image under its id on this engine; fails with what a person can do about it. */
    public Future<Taken> take(ImageOffer offer) {
        Future<Taken> running = under.get(offer.image());
        if (running != null) {
            return running;
        }
        Future<Taken> taken = engine.imageByReference(offer.image())
                .compose(found -> found.map(image -> Future.succeededFuture(taken(offer, image, false)))
                        .orElseGet(() -> fetched(offer)));
        under.put(offer.image(), taken);
        taken.onComplete(done -> under.remove(offer.image()));
        return taken;
    }

    private Future<Taken> fetched(ImageOffer offer) {
        Future<Void> came =
                offer.name().isEmpty() ? engine.load(() -> archive(offer.image())) : engine.pull(reference(offer));
        return came.compose(done -> engine.imageByReference(offer.image()))
                .compose(found -> found.map(image -> Future.succeededFuture(taken(offer, image, true)))
                        .orElseGet(() -> Future.failedFuture(new EngineFault(
                                EngineFault.Kind.NO_SUCH_IMAGE,
                                "what the head sent is not the image " + offer.image()
                                        + ": the engines of head and node store images in different ways"))))
                .recover(failure -> Future.failedFuture(new EngineFault(
                        EngineFault.Kind.OTHER,
                        failure.getMessage() + (tunnel.fault().isEmpty() ? "" : "; ") + tunnel.fault(),
                        failure)));
    }

    private Taken taken(ImageOffer offer, InspectedImage image, boolean now) {
        return new Taken(offer.image(), offer.name().isEmpty() ? "" : reference(offer), image.size(), now);
    }

    private String reference(ImageOffer offer) {
        return tunnel.address() + "/" + offer.name();
    }

    /** Read as fast as the engine takes it: what it does not take waits at the head. */
    private InputStream archive(String image) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://" + tunnel.address() + "/images/" + image + "/archive")
                        .toURL()
                        .openConnection();
        connection.setReadTimeout((int) patience.toMillis());
        if (connection.getResponseCode() != OK) {
            try (InputStream why = connection.getErrorStream()) {
                String said = why == null ? "" : new String(why.readNBytes(1_000), StandardCharsets.UTF_8).strip();
                throw new IOException("the head gave no archive: " + connection.getResponseCode() + " " + said);
            }
        }
        return connection.getInputStream();
    }
}
