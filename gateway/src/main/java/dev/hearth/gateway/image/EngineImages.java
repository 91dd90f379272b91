package dev.hearth.gateway.image;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Images of a Docker Engine.
 *
 * <p>Look-ups and pulls have threads of their own, so that a slow registry never delays a look-up.
 */
public final class EngineImages implements ImageService, AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final String NO_NAME = "<none>:<none>";

    private final ImageSettings settings;
    private final DockerClient lookups;
    private final DockerClient puller;
    private final Flights<Optional<ResolvedImage>> lookupFlights;
    private final Flights<ResolvedImage> pullFlights;
    private final Flights<List<ResolvedImage>> listFlights;

    public EngineImages(Vertx vertx, ImageSettings settings) {
        this.settings = settings;
        this.lookups = client(settings, settings.inspect());
        this.puller = client(settings, settings.pull());
        this.lookupFlights = new Flights<>(vertx, "image-lookup", settings, settings.inspect());
        this.pullFlights = new Flights<>(vertx, "image-pull", settings, settings.pull());
        this.listFlights = new Flights<>(vertx, "image-list", settings, settings.inspect());
    }

    private static DockerClient client(ImageSettings settings, Duration silence) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(settings.engine())
                .build();
        var http = new ZerodepDockerHttpClient.Builder()
                .dockerHost(URI.create(settings.engine()))
                .maxConnections(settings.parallel())
                .connectionTimeout(CONNECT)
                .responseTimeout(silence)
                .build();
        return DockerClientImpl.getInstance(config, http);
    }

    @Override
    public Future<Optional<ResolvedImage>> local(String reference) {
        return lookupFlights.join(reference, () -> lookUp(lookups, reference));
    }

    @Override
    public Future<ResolvedImage> resolve(String reference) {
        return local(reference)
                .compose(found -> found.map(Future::succeededFuture)
                        .orElseGet(() -> pullFlights.join(reference, () -> pull(reference))));
    }

    @Override
    public Future<List<ResolvedImage>> named() {
        return listFlights.join("all", () -> list(lookups));
    }

    private static List<ResolvedImage> list(DockerClient client) {
        return client.listImagesCmd().exec().stream()
                .flatMap(image -> Stream.of(Objects.requireNonNullElse(image.getRepoTags(), new String[0]))
                        .filter(name -> !name.equals(NO_NAME))
                        .map(name -> new ResolvedImage(
                                name, image.getId(), new Bytes(Objects.requireNonNullElse(image.getSize(), 0L)))))
                .sorted(Comparator.comparing(ResolvedImage::reference))
                .toList();
    }

    private static Optional<ResolvedImage> lookUp(DockerClient client, String reference) {
        try {
            InspectImageResponse image = client.inspectImageCmd(reference).exec();
            String id = Objects.requireNonNull(image.getId(), "the engine gave an image without an id");
            long size = Objects.requireNonNullElse(image.getSize(), 0L);
            return Optional.of(new ResolvedImage(reference, id, new Bytes(size)));
        } catch (NotFoundException absent) {
            return Optional.empty();
        }
    }

    private ResolvedImage pull(String reference) throws InterruptedException {
        try (ResultCallback.Adapter<PullResponseItem> progress = new PullProgress(reference)) {
            puller.pullImageCmd(tagged(reference)).exec(progress);
            if (!progress.awaitCompletion(settings.pull().toMillis(), TimeUnit.MILLISECONDS)) {
                throw failed(reference, "it took longer than " + Durations.format(settings.pull()));
            }
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        }
        return lookUp(puller, reference).orElseThrow(() -> failed(reference, "it is not here after the pull"));
    }

    /** A reference without tag and digest means {@code latest}; the engine would pull every tag. */
    static String tagged(String reference) {
        String last = reference.substring(reference.lastIndexOf('/') + 1);
        return last.contains(":") || last.contains("@") ? reference : reference + ":latest";
    }

    static HearthException failed(String reference, String cause) {
        return new HearthException(ErrorCode.IMAGE_PULL_FAILED, "image " + reference + ": " + cause);
    }

    /** Interrupts what is under way; who waits for it gets SHUTTING_DOWN or the engine's failure. */
    @Override
    public void close() {
        lookupFlights.close();
        pullFlights.close();
        listFlights.close();
        try {
            lookups.close();
            puller.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Turns an error line of the engine's progress stream into the pull's failure. */
    private static final class PullProgress extends ResultCallback.Adapter<PullResponseItem> {
        private final String reference;

        PullProgress(String reference) {
            this.reference = reference;
        }

        @Override
        public void onNext(PullResponseItem item) {
            var error = item.getErrorDetail();
            if (error != null) {
                onError(failed(reference, String.valueOf(error.getMessage())));
            }
        }
    }
}
