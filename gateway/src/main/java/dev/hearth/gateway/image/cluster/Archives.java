package dev.hearth.gateway.image.cluster;

import dev.hearth.common.pki.Peer;
import dev.hearth.gateway.image.EngineStock;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends images as the archives that the engine writes, a piece at a time: the next is read when the one before has gone out,
 * so that a slow node holds one piece in memory. Each has a thread, since reading from the engine blocks.
 */
final class Archives {
    private static final Logger LOG = LoggerFactory.getLogger(Archives.class);
    private static final int PIECE = 256 * 1024;
    private static final Duration STALL = Duration.ofSeconds(60);
    /** Archives that are sent or wait for their turn; each has a thread. */
    private static final int WAITING = 64;

    private static final int NOT_FOUND = 404;
    private static final int BUSY = 503;
    private static final int BROKEN = 502;

    private final Vertx vertx;
    private final EngineStock engine;
    private final Predicate<String> offered;
    private final StoreMeters meters;
    private final Semaphore places;
    private final Semaphore turns = new Semaphore(WAITING);

    /**
     * Archives of this engine's images.
     *
     * @param offered which images may be taken
     * @param most archives at one time
     */
    Archives(Vertx vertx, EngineStock engine, Predicate<String> offered, StoreMeters meters, int most) {
        this.vertx = vertx;
        this.engine = engine;
        this.offered = offered;
        this.meters = meters;
        this.places = new Semaphore(most);
    }

    void send(HttpServerRequest request, String image, Peer member) {
        if (!offered.test(image)) {
            MemberGate.refuse(request, NOT_FOUND, "the head has not offered the image " + image + " to any node");
        } else if (request.method().equals(HttpMethod.HEAD)) {
            request.response().end();
        } else if (!turns.tryAcquire()) {
            request.response().putHeader("Retry-After", "1");
            MemberGate.refuse(request, BUSY, WAITING + " nodes wait for archives already (images.archives)");
        } else {
            LOG.info("event=image_archive_sent image={} node={}", image, member.node());
            Thread.ofPlatform().daemon().name("image-archive-" + image).start(() -> inTurn(request, image));
        }
    }

    private void inTurn(HttpServerRequest request, String image) {
        try {
            places.acquire();
            try {
                copy(request, image);
            } finally {
                places.release();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            turns.release();
        }
    }

    private void copy(HttpServerRequest request, String image) {
        HttpServerResponse to = request.response();
        try (InputStream from = engine.save(image)) {
            byte[] piece = new byte[PIECE];
            to.putHeader("Content-Type", "application/x-tar").setChunked(true);
            for (int read = from.readNBytes(piece, 0, PIECE); read > 0; read = from.readNBytes(piece, 0, PIECE)) {
                to.write(Buffer.buffer(read).appendBytes(piece, 0, read))
                        .await(STALL.toMillis(), TimeUnit.MILLISECONDS);
                meters.sentAsArchive().increment(read);
            }
            to.end().await(STALL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception failure) {
            LOG.warn("event=image_archive_failed image={} reason=\"{}\"", image, failure.getMessage());
            vertx.runOnContext(ignored -> broken(request, failure));
        }
    }

    private static void broken(HttpServerRequest request, Throwable failure) {
        if (request.response().headWritten()) {
            // Without its last chunk the archive is known to be cut off.
            request.connection().close();
        } else {
            request.response().headers().clear();
            request.response().setChunked(false);
            MemberGate.refuse(request, BROKEN, "the head's engine gave no archive: " + failure.getMessage());
        }
    }
}
