package dev.hearth.deploy.rig;

import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.image.CredentialSource;
import dev.hearth.gateway.image.EngineImages;
import dev.hearth.gateway.image.EngineStock;
import dev.hearth.gateway.image.ImageSettings;
import dev.hearth.gateway.image.cluster.ClusterImages;
import dev.hearth.gateway.image.cluster.ImageStoreSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The part of a head that gives images to workers, with the HTTPS server of its cluster port. */
public final class ImageHead implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EngineStock stock;
    private final EngineImages images;
    private final ClusterImages shared;
    private final HttpServer server;

    private ImageHead(String host, int port, IdentityFiles files, ImageStoreSettings settings, Path data) {
        ImageSettings usual = ImageSettings.DEFAULT;
        stock = new EngineStock(vertx, usual);
        images = new EngineImages(
                vertx, usual, CredentialSource.NONE, data, (image, digest, size) -> Future.succeededFuture());
        shared = new ClusterImages(
                vertx, settings, stock, images, Set.of("hearth/python3:latest", "hearth/none:latest"), meters);
        shared.start(List::of);
        Router router = Router.router(vertx);
        shared.accept(router);
        server = await(
                vertx.createHttpServer(files.secure(new HttpServerOptions()).setClientAuth(ClientAuth.REQUEST))
                        .requestHandler(router)
                        .listen(port, host));
    }

    private static ImageStoreSettings settings(Optional<ImageRegistry> registry, Bytes most, Duration grace) {
        Optional<URI> at = registry.map(one -> URI.create("http://" + one.host()));
        return new ImageStoreSettings(at, Duration.ofMillis(200), most, Bytes.ZERO, grace, false, 1, 64);
    }

    /** Starts one on any free port. */
    public static ImageHead start(String host, IdentityFiles files, Optional<ImageRegistry> registry, Path data) {
        return startAt(host, 0, files, registry, data);
    }

    /** Starts one on this port. */
    public static ImageHead startAt(
            String host, int port, IdentityFiles files, Optional<ImageRegistry> registry, Path data) {
        return new ImageHead(host, port, files, settings(registry, Bytes.ZERO, Duration.ZERO), data);
    }

    /** Starts one that keeps its registry within a budget. */
    public static ImageHead bounded(
            String host, IdentityFiles files, ImageRegistry registry, Bytes most, Duration grace) {
        return new ImageHead(host, 0, files, settings(Optional.of(registry), most, grace), files.folder());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("the head does not answer", late);
        }
    }

    public int port() {
        return server.actualPort();
    }

    /** What a node that asks for an image is told. */
    public BusMessage offer(ImageFetch fetch) {
        return await(shared.offer(fetch));
    }

    /** Why the registry does not answer. */
    public String fault() {
        return shared.fault().orElse("");
    }

    /** Bytes of images that have left it, by {@code registry} or as {@code archive}. */
    public long sent(String way) {
        Counter counter = meters.find("hearth.images.sent").tag("way", way).counter();
        return counter == null ? 0 : (long) counter.count();
    }

    /** Bytes that its registry holds, as it last saw; not a number before it has looked. */
    public double held() {
        return meters.get("hearth.image.store.held").gauge().value();
    }

    /** Images that it has deleted from its registry. */
    public long deleted() {
        return (long) meters.get("hearth.images.deleted").counter().count();
    }

    /** Waits until so many bytes have left it. */
    public void awaitSent(String way, long bytes) {
        Eventually.eventually(PATIENCE, () -> {
            if (sent(way) < bytes) {
                throw new AssertionError(sent(way) + " bytes have been sent");
            }
        });
    }

    /** As a kill would: what is on its way is cut off. */
    @Override
    public void close() {
        await(server.close());
        await(vertx.close());
        images.close();
        stock.close();
    }
}
