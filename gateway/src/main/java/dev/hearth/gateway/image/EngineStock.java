package dev.hearth.gateway.image;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.PushResponseItem;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Durations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What leaves the head's engine for nodes with engines of their own: pushes into a registry, archives. */
public final class EngineStock implements AutoCloseable {
    private static final String NOTHING = "<none>";

    private final ImageSettings settings;
    private final DockerClient lookups;
    private final DockerClient pusher;
    private final Flights<String> identities;
    private final Flights<Boolean> pushes;

    /** The engine that the settings name. */
    public EngineStock(Vertx vertx, ImageSettings settings) {
        this.settings = settings;
        this.lookups = EngineClients.client(settings, settings.inspect());
        this.pusher = EngineClients.client(settings, settings.pull());
        this.identities = new Flights<>(vertx, "engine-identity", settings, settings.inspect());
        this.pushes = new Flights<>(vertx, "image-push", settings, settings.pull());
    }

    /** Which engine it is: nodes that name the same one share its images. */
    public Future<String> identity() {
        return identities.join("identity", "the engine's id", () -> {
            Info info = lookups.infoCmd().exec();
            return String.join(" ", text(info.getId()), text(info.getName()), text(info.getDockerRootDir()));
        });
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }

    /**
     * Puts the image into a registry; one push however many ask at once. Layers that the registry has are not sent.
     *
     * @param image id of an image that is here
     * @param repository its name there, the registry's host included
     */
    public Future<Void> push(String image, String repository, String tag) {
        return pushes.join(image, "image " + image, () -> {
                    transfer(image, repository, tag);
                    return true;
                })
                .mapEmpty();
    }

    private void transfer(String image, String repository, String tag) throws Exception {
        boolean named = isNamed(image);
        pusher.tagImageCmd(image, repository, tag).exec();
        try (ResultCallback.Adapter<PushResponseItem> watch = new PushWatch(image)) {
            pusher.pushImageCmd(repository + ":" + tag)
                    .withAuthConfig(new AuthConfig())
                    .exec(watch);
            if (!watch.awaitCompletion(settings.pull().toMillis(), TimeUnit.MILLISECONDS)) {
                throw failed(
                        image, "it took longer than " + Durations.format(settings.pull()) + " (docker.pull-timeout)");
            }
        } catch (DockerException refused) {
            throw failed(image, Reason.of(refused));
        } finally {
            // With an image's last name the engine would take the image itself.
            if (named) {
                untag(repository + ":" + tag);
            }
        }
    }

    private boolean isNamed(String image) {
        InspectImageResponse found = pusher.inspectImageCmd(image).exec();
        return Stream.of(found.getRepoTags(), found.getRepoDigests())
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .anyMatch(name -> !name.contains(NOTHING));
    }

    private void untag(String name) {
        try {
            pusher.removeImageCmd(name).exec();
        } catch (NotFoundException gone) {
            // Somebody else took it away meanwhile.
        }
    }

    private static HearthException failed(String image, String reason) {
        return new HearthException(
                ErrorCode.IMAGE_PULL_FAILED,
                "image " + image + " did not get into the head's registry (images.registry): " + reason);
    }

    /** Hears the engine's stream of progress, in which it also says that it failed. */
    private static final class PushWatch extends ResultCallback.Adapter<PushResponseItem> {
        private final String image;

        PushWatch(String image) {
            this.image = image;
        }

        @Override
        public void onNext(PushResponseItem item) {
            var error = item.getErrorDetail();
            if (error != null) {
                onError(failed(image, String.valueOf(error.getMessage())));
            }
        }
    }

    /** What {@code docker save} writes of the image. The call and each read of it block; whoever reads closes it. */
    public InputStream save(String image) {
        return pusher.saveImageCmd(image).exec();
    }

    @Override
    public void close() {
        identities.close();
        pushes.close();
        try {
            lookups.close();
            pusher.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
