package dev.hearth.gateway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.store.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineImagesIT {
    private static final String BASE = "hearth/base:latest";
    private static final Herald HERALD = (image, digest, size) -> Future.succeededFuture();

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path data;

    @AfterEach
    void stop() {
        Await.of(vertx.close());
    }

    @Test
    void findsAnImageThatIsHere() {
        try (EngineImages images =
                new EngineImages(vertx, ImageSettings.DEFAULT, CredentialSource.NONE, data, HERALD)) {
            ResolvedImage base = Await.of(images.resolve("default", BASE));
            assertThat(base.id()).matches("sha256:[0-9a-f]{64}");
            assertThat(base.size().value()).isPositive();
            assertThat(Await.of(images.local(BASE))).contains(base);
            assertThat(Await.of(images.local("hearth/no-such-image"))).isEmpty();
        }
    }

    @Test
    void aFailedPullFailsAllWaitersWithTheCauseAndPoisonsNothing() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        String reference = "127.0.0.1:" + closed + "/none/such:1";
        try (EngineImages images =
                new EngineImages(vertx, ImageSettings.DEFAULT, CredentialSource.NONE, data, HERALD)) {
            List<Future<ResolvedImage>> waiters = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                waiters.add(images.resolve("default", reference));
            }
            for (Future<ResolvedImage> waiter : waiters) {
                Failure failure = failure(waiter);
                assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_PULL_FAILED);
                assertThat(failure.message())
                        .startsWith("image " + reference + ": ")
                        .contains("refused");
            }
            assertThat(failure(images.resolve("default", reference)).message()).contains("refused");
            assertThat(Await.of(images.local(BASE))).isPresent();
        }
    }

    @Test
    void anEngineThatIsNotThereIsToldSo() {
        ImageSettings nowhere = new ImageSettings(
                "unix:///tmp/hearth-no-such-engine.sock", Duration.ofSeconds(2), Duration.ofSeconds(2), 1, 4);
        try (EngineImages images = new EngineImages(vertx, nowhere, CredentialSource.NONE, data, HERALD)) {
            Failure failure = failure(images.local(BASE));
            assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_PULL_FAILED);
            assertThat(failure.message()).contains("the engine does not answer");
        }
    }

    @Test
    void anEngineThatSaysNothingIsGivenUpAtTheDeadline() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                EngineImages images = new EngineImages(
                        vertx,
                        new ImageSettings(
                                "tcp://127.0.0.1:" + silent.getLocalPort(),
                                Duration.ofMillis(300),
                                Duration.ofMillis(300),
                                1,
                                4),
                        CredentialSource.NONE,
                        data,
                        HERALD)) {
            assertThat(failure(images.local(BASE)).code()).isEqualTo(ErrorCode.IMAGE_PULL_FAILED);
        }
    }

    private static Failure failure(Future<?> future) {
        return catchThrowableOfType(HearthException.class, () -> Await.of(future))
                .failure();
    }
}
