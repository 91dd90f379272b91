package dev.hearth.gateway.image;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Image;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images of a Docker Engine.
 *
 * <p>Look-ups, pulls and loads have threads of their own, so that a slow registry never delays a look-up.
 */
public final class EngineImages implements ImageService, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineImages.class);
    private static final String NO_NAME = "<none>:<none>";
    /** Others may have removed images. */
    private static final Duration LOOK = Duration.ofMinutes(1);
    /** What engines call the hub in credentials. */
    private static final String HUB_ADDRESS = "https://index.docker.io/v1/";

    private final Vertx vertx;
    private final ImageSettings settings;
    private final CredentialSource credentials;
    private final PullJournal journal;
    private final EngineShelf shelf;
    private final AtomicInteger looks = new AtomicInteger();
    private final long timer;
    private final DockerClient lookups;
    private final DockerClient puller;
    private final Flights<Optional<ResolvedImage>> lookupFlights;
    private final Flights<ResolvedImage> pullFlights;
    private final Flights<List<ResolvedImage>> loadFlights;
    private final Flights<List<HeldImage>> listFlights;
    private final ConcurrentHashMap<String, PullWatch> pulls = new ConcurrentHashMap<>();
    private final AtomicLong loads = new AtomicLong();

    /**
     * Images of the engine that the settings name.
     *
     * @param credentials who the node is to registries
     * @param data the data folder
     * @param herald hears which images were fetched
     */
    public EngineImages(Vertx vertx, ImageSettings settings, CredentialSource credentials, Path data, Herald herald) {
        this.vertx = vertx;
        this.settings = settings;
        this.journal = new PullJournal(vertx, data, herald);
        this.credentials = credentials;
        this.lookups = EngineClients.client(settings, settings.inspect());
        this.puller = EngineClients.client(settings, settings.pull());
        this.lookupFlights = new Flights<>(vertx, "image-lookup", settings, settings.inspect());
        this.pullFlights = new Flights<>(vertx, "image-pull", settings, settings.pull());
        this.loadFlights = new Flights<>(vertx, "image-load", settings, settings.pull());
        this.listFlights = new Flights<>(vertx, "image-list", settings, settings.inspect());
        this.shelf = new EngineShelf(journal, new Removal(lookups), settings, System::nanoTime);
        this.timer = vertx.setPeriodic(LOOK.toMillis(), ignored -> look());
    }

    /** Registers what is measured of the images that were fetched and that no node with this engine answers for. */
    public void watch(MeterRegistry meters) {
        shelf.watch(meters);
    }

    /** One look at a time, and one more when another was wanted meanwhile. What the engine refuses now is looked at again. */
    private void look() {
        if (looks.incrementAndGet() > 1) {
            return;
        }
        vertx.executeBlocking(
                        () -> {
                            recover();
                            shelf.look();
                            return true;
                        },
                        false)
                .onFailure(silent -> LOG.debug("event=images_not_looked_at reason=\"{}\"", silent.getMessage()))
                .onComplete(done -> {
                    if (looks.getAndSet(0) > 1) {
                        look();
                    }
                });
    }

    @Override
    public Future<Optional<ResolvedImage>> local(String reference) {
        return lookupFlights.join(reference, "image " + reference, () -> {
            recover();
            Optional<ResolvedImage> found = lookUp(lookups, reference);
            found.ifPresent(image -> shelf.used(image.id()));
            return found;
        });
    }

    @Override
    public Future<List<HeldImage>> all() {
        return listFlights.join("all", "the list of images", () -> list(lookups));
    }

    private static List<HeldImage> list(DockerClient client) {
        return client.listImagesCmd().exec().stream()
                .map(image -> new HeldImage(
                        image.getId(),
                        names(image),
                        new Bytes(Objects.requireNonNullElse(image.getSize(), 0L)),
                        Instant.ofEpochSecond(Objects.requireNonNullElse(image.getCreated(), 0L))))
                .sorted(Comparator.comparing(
                                (HeldImage image) -> image.references().isEmpty())
                        .thenComparing(image -> String.join(" ", image.references()))
                        .thenComparing(HeldImage::id))
                .toList();
    }

    /** Its tags, sorted. */
    private static List<String> names(Image image) {
        return Stream.of(Objects.requireNonNullElse(image.getRepoTags(), new String[0]))
                .filter(name -> !name.equals(NO_NAME))
                .sorted()
                .toList();
    }

    private static Optional<ResolvedImage> lookUp(DockerClient client, String reference) {
        try {
            InspectImageResponse image = client.inspectImageCmd(reference).exec();
            String id = Objects.requireNonNull(image.getId(), "the engine gave an image without an id");
            long size = Objects.requireNonNullElse(image.getSize(), 0L);
            String repository = ImageReference.repository(reference);
            List<String> digests = Objects.requireNonNullElse(image.getRepoDigests(), List.<String>of());
            // An id has no repository: any registry that has the image will do.
            String digest = digests.stream()
                    .filter(name -> reference.equals(id)
                            || ImageReference.repository(name).equals(repository))
                    .findFirst()
                    .orElse("");
            return Optional.of(
                    new ResolvedImage(reference, id, new Bytes(size), runs(image.getConfig()), digest, false));
        } catch (NotFoundException absent) {
            return Optional.empty();
        }
    }

    private static boolean runs(@Nullable ContainerConfig config) {
        return config != null && (filled(config.getEntrypoint()) || filled(config.getCmd()));
    }

    private static boolean filled(String @Nullable [] words) {
        return words != null && words.length > 0;
    }

    @Override
    public Future<ResolvedImage> pull(String namespace, String reference) {
        return credentials
                .find(namespace, ImageReference.host(reference))
                .compose(known -> pullFlights.join(
                        key(namespace, reference),
                        "image " + reference,
                        () -> fetch(key(namespace, reference), reference, known)));
    }

    private static String key(String namespace, String reference) {
        return namespace + " " + ImageReference.tagged(reference);
    }

    @Override
    public Optional<PullProgress> progress(String namespace, String reference) {
        return Optional.ofNullable(pulls.get(key(namespace, reference))).map(PullWatch::progress);
    }

    /** Pulls that a crash has cut off are looked at with the first question that the engine answers. */
    private void recover() {
        if (!journal.isRecovered()) {
            journal.recover(reference -> lookUp(lookups, reference));
        }
    }

    private ResolvedImage fetch(String key, String reference, Optional<Credentials> known) throws Exception {
        recover();
        List<String> before =
                puller.listImagesCmd().exec().stream().map(Image::getId).toList();
        PullJournal.Entry entry = journal.begin(reference, before);
        boolean fetched;
        try {
            transfer(key, reference, known);
        } finally {
            // What failed for us may have come all the same.
            Optional<ResolvedImage> found = lookUp(lookups, reference);
            found.ifPresent(image -> shelf.used(image.id()));
            fetched = journal.ended(entry, found);
            look();
        }
        return lookUp(puller, reference)
                .orElseThrow(() -> new PullWords(reference, known.isPresent()).failed("it is not here after the pull"))
                .fetched(fetched);
    }

    private void transfer(String key, String reference, Optional<Credentials> known) throws InterruptedException {
        PullWords words = new PullWords(reference, known.isPresent());
        PullWatch watch = new PullWatch(words);
        pulls.put(key, watch);
        try (watch) {
            var command = puller.pullImageCmd(ImageReference.tagged(reference));
            known.ifPresent(who -> command.withAuthConfig(auth(who)));
            command.exec(watch);
            if (!watch.awaitCompletion(settings.pull().toMillis(), TimeUnit.MILLISECONDS)) {
                throw words.failed(
                        "it took longer than " + Durations.format(settings.pull()) + " (docker.pull-timeout)");
            }
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        } catch (DockerException refused) {
            throw words.failed(Reason.of(refused));
        } finally {
            pulls.remove(key, watch);
        }
    }

    @Override
    public void discard(ResolvedImage image) {
        vertx.executeBlocking(() -> new Removal(puller).remove(List.of(image)))
                .onFailure(kept ->
                        LOG.warn("event=image_not_discarded image={} reason=\"{}\"", image.id(), kept.getMessage()));
    }

    /** Takes images away by the names under which they were fetched; what needs one of them keeps it. */
    private record Removal(DockerClient client) implements EngineShelf.Engine {
        @Override
        public Set<String> images() {
            return client.listImagesCmd().withShowAll(true).exec().stream()
                    .map(Image::getId)
                    .collect(Collectors.toSet());
        }

        @Override
        public boolean remove(Collection<ResolvedImage> fetched) {
            for (ResolvedImage image : fetched) {
                for (String name : List.of(image.reference(), image.digest())) {
                    try {
                        client.removeImageCmd(name).exec();
                    } catch (NotFoundException gone) {
                        // It went with a name before it.
                    } catch (ConflictException needed) {
                        LOG.debug("event=image_needed image={} reason=\"{}\"", image.id(), needed.getMessage());
                        return false;
                    } catch (DockerException refused) {
                        LOG.warn("event=image_not_removed image={} reason=\"{}\"", image.id(), Reason.of(refused));
                        return false;
                    }
                }
            }
            return true;
        }
    }

    private static AuthConfig auth(Credentials who) {
        return new AuthConfig()
                .withUsername(who.username())
                .withPassword(who.password())
                .withRegistryAddress(who.host().equals(ImageReference.HUB) ? HUB_ADDRESS : who.host());
    }

    @Override
    public Future<List<ResolvedImage>> load(InputStream archive) {
        return loadFlights.join("load " + loads.incrementAndGet(), "the archive of images", () -> read(archive));
    }

    private List<ResolvedImage> read(InputStream archive) throws Exception {
        SavedArchive saved = new SavedArchive(archive);
        LoadWatch watch = new LoadWatch();
        try (saved;
                watch) {
            puller.loadImageAsyncCmd(saved).exec(watch);
            if (!watch.awaitCompletion(settings.pull().toMillis(), TimeUnit.MILLISECONDS)) {
                throw LoadWatch.failed(
                        "it took longer than " + Durations.format(settings.pull()) + " (docker.pull-timeout)");
            }
        } catch (Exception failure) {
            throw saved.fault()
                    .or(() -> told(failure))
                    .map(Exception.class::cast)
                    .orElse(failure);
        }
        return watch.loaded().stream()
                .flatMap(name -> lookUp(puller, name).stream())
                .toList();
    }

    /** The failure that the stream of bytes itself came with, under whatever the way to the engine put on it. */
    private static Optional<HearthException> told(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .filter(HearthException.class::isInstance)
                .map(HearthException.class::cast)
                .findFirst();
    }

    /** Interrupts what is under way; who waits for it gets SHUTTING_DOWN or the engine's failure. */
    @Override
    public void close() {
        vertx.cancelTimer(timer);
        journal.close();
        lookupFlights.close();
        pullFlights.close();
        loadFlights.close();
        listFlights.close();
        try {
            lookups.close();
            puller.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
