package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImageAhead;
import dev.hearth.common.bus.ImageCame;
import dev.hearth.common.bus.ImageReply;
import dev.hearth.common.bus.ImagesReply;
import dev.hearth.common.function.Revision;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.ListedImage;
import dev.hearth.invoker.image.ImageNote;
import dev.hearth.invoker.image.ImageNotes;
import dev.hearth.invoker.pool.ImageKind;
import dev.hearth.invoker.pool.ImageNews;
import dev.hearth.invoker.pool.PoolEffect.FetchImage;
import dev.hearth.invoker.pool.PoolImage;
import dev.hearth.invoker.runtime.ImageAsk.Arrival;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the pool decides about images and tells it how they stand: fetches over a gateway, removals at the
 * engine, notes on disk. Lives on the invoker's event loop.
 *
 * <p>What an engine's list says of an image that changed since the list was asked for is old and is not told.
 */
final class ImageKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ImageKeeper.class);
    private static final Duration TOUCH = Duration.ofMinutes(1);

    private final Tools tools;
    private final Set<String> runtimes;
    private @Nullable MessageConsumer<BusMessage> arrivals;
    private String engine = "";
    private final ImageFetches fetches = new ImageFetches();
    private final Map<String, ListedImage> seen = new HashMap<>();
    private final Set<String> changed = new HashSet<>();
    private Consumer<ImageNews> pool = news -> {
        throw new IllegalStateException("nobody hears " + news);
    };

    /** What it works with. */
    record Tools(
            Vertx vertx, Engine engine, ImageCatalogue catalogue, ImageNotes notes, NodeMeters meters, ImageAsk ask) {}

    /**
     * A keeper whom nobody hears yet.
     *
     * @param runtimes references of the runtimes' images
     */
    ImageKeeper(Tools tools, Collection<String> runtimes) {
        this.tools = tools;
        this.runtimes = Set.copyOf(runtimes);
    }

    /** Who hears how images stand. */
    void tell(Consumer<ImageNews> to) {
        pool = to;
    }

    ImageFetches fetches() {
        return fetches;
    }

    /** Fetches the revision's image over a gateway, which has the credentials. */
    void fetch(FetchImage effect, @Nullable Revision revision) {
        String image = effect.image();
        if (revision == null) {
            pool.accept(new ImageNews.FetchFailed(image, "the node has forgotten whose image it is; call again"));
            return;
        }
        String reference = revision.imageSource().reference();
        LOG.info(
                "event=image_fetch image={} reference={} for={} reason=\"{}\"",
                image,
                reference,
                revision.label(),
                effect.why());
        fetches.begin(image, effect.why());
        tools.ask()
                .ask(image, reference, revision.function().namespace())
                .onSuccess(arrival -> fetched(image, arrival));
    }

    private void fetched(String image, Arrival arrival) {
        ImageReply reply = arrival.reply();
        changed.add(image);
        long micros = fetches.end(image, reply.size());
        tools.meters().fetched(reply.fault().isEmpty(), micros);
        if (!reply.fault().isEmpty()) {
            LOG.warn("event=image_fetch_failed image={} reason=\"{}\"", image, reply.fault());
            pool.accept(new ImageNews.FetchFailed(image, reply.fault()));
            return;
        }
        LOG.info("event=image_fetched image={} bytes={} millis={}", image, reply.size(), micros / 1_000);
        if (reply.fetched() && tools.notes().find(image).isEmpty()) {
            // The gateway's own message says the same; whichever comes first is written down.
            note(image, arrival.reference(), reply.size());
        }
        ImageKind kind = tools.notes().find(image).isPresent() ? ImageKind.FETCHED : ImageKind.GUEST;
        tools.catalogue().add(image);
        pool.accept(new ImageNews.Fetched(image, new Bytes(reply.size()), kind));
    }

    /** A function with this image serves now: fetches it unless it is here. */
    void ahead(ImageAhead coming) {
        String image = coming.image();
        if (!tools.ask().hasHead() || tools.catalogue().names().contains(image) || fetches.isUnderWay(image)) {
            return;
        }
        tools.ask().ask(image, coming.reference(), coming.namespace()).onSuccess(arrival -> {
            ImageReply reply = arrival.reply();
            if (!reply.fault().isEmpty()) {
                LOG.warn("event=image_not_ahead image={} reason=\"{}\"", image, reply.fault());
            } else if (reply.fetched()) {
                came(new ImageCame(image, arrival.reference(), reply.size()));
            }
        });
    }

    /** The engine has answered, anew or for the first time: hears of what is fetched into it. */
    void engineIs(String identity) {
        tools.ask().engineIs(identity);
        if (arrivals == null || !identity.equals(engine)) {
            MessageConsumer<BusMessage> before = arrivals;
            if (before != null) {
                before.unregister();
            }
            engine = identity;
            arrivals = tools.vertx().eventBus().consumer(BusAddress.images(identity), this::told);
        }
    }

    private void told(Message<BusMessage> message) {
        if (message.body() instanceof ImageCame came) {
            came(came).onSuccess(reply -> message.reply(reply, BusCodec.options()));
        }
    }

    private Future<Void> note(String image, String reference, long size) {
        return tools.notes().put(image, new ImageNote(reference, size, Instant.now()));
    }

    /** A gateway fetched an image for a registration; the answer says that this is written down. */
    private Future<ImageReply> came(ImageCame came) {
        return note(came.image(), came.reference(), came.size())
                .map(noted -> {
                    changed.add(came.image());
                    tools.catalogue().add(came.image());
                    pool.accept(new ImageNews.Came(came.image(), new Bytes(came.size())));
                    return new ImageReply("", true, came.size());
                })
                .otherwise(fault -> ImageReply.failed("it could not be noted: " + fault.getMessage()));
    }

    void remove(String image) {
        String repository = tools.notes().find(image).map(ImageNote::repository).orElse("");
        tools.engine().removeImage(image, repository).onComplete(done -> {
            changed.add(image);
            tools.catalogue().forget(image);
            if (done.failed()) {
                LOG.warn(
                        "event=image_removal_failed image={} reason=\"{}\"",
                        image,
                        done.cause().getMessage());
                pool.accept(new ImageNews.Stays(image));
                return;
            }
            LOG.info("event=image_removed image={} gone={}", image, done.result());
            tools.meters().imageEvicted();
            tools.notes().delete(image);
            seen.remove(image);
            pool.accept(new ImageNews.Removed(image));
        });
    }

    /** Asks the engine which images there are and tells what is new. */
    Future<Void> refresh() {
        changed.clear();
        return tools.catalogue().refresh().map(images -> {
            compare(images);
            return null;
        });
    }

    private void compare(List<ListedImage> images) {
        Map<String, ListedImage> here = new HashMap<>();
        for (ListedImage image : images) {
            here.put(image.id(), image);
            image.references().stream().filter(runtimes::contains).forEach(reference -> here.put(reference, image));
        }
        // Of what is noted but was never seen in this life, too: it was removed while the node did not run.
        Set<String> gone = new HashSet<>(seen.keySet());
        gone.addAll(tools.notes().ids());
        gone.removeAll(here.keySet());
        gone.removeAll(changed);
        for (String image : gone) {
            seen.remove(image);
            tools.notes().delete(image);
            pool.accept(new ImageNews.Gone(image));
        }
        here.forEach((name, image) -> {
            if (!changed.contains(name) && !image.equals(seen.put(name, image))) {
                pool.accept(found(name, image));
            }
        });
    }

    private ImageNews found(String name, ListedImage image) {
        ImageKind other = runtimes.contains(name) ? ImageKind.KEPT : ImageKind.GUEST;
        return tools.notes()
                .find(name)
                .map(note -> new ImageNews.Found(name, image.size(), ImageKind.FETCHED, onClock(note.lastUse())))
                .orElseGet(() -> new ImageNews.Found(name, image.size(), other, 0));
    }

    private static long onClock(Instant time) {
        return Fleet.now() - Duration.between(time, Instant.now()).toMillis();
    }

    private static Instant onCalendar(long time) {
        return Instant.now().minusMillis(Fleet.now() - time);
    }

    /** Writes down when images were used last; not more often than once a minute for each. */
    void touch(List<PoolImage> images) {
        for (PoolImage image : images) {
            tools.notes().find(image.name()).ifPresent(note -> {
                Instant used = onCalendar(image.lastUse());
                if (Duration.between(note.lastUse(), used).compareTo(TOUCH) > 0) {
                    tools.notes().touch(image.name(), used);
                }
            });
        }
    }

    /** How the images stand, for gateways. */
    ImagesReply report(List<PoolImage> images) {
        return new ImagesReply(images.stream()
                .map(image -> new ImagesReply.Entry(
                        image.name(),
                        image.size().value(),
                        image.state().name().toLowerCase(Locale.ROOT),
                        image.kind() == ImageKind.FETCHED,
                        image.containers(),
                        image.lastUse() <= 0 ? 0 : onCalendar(image.lastUse()).toEpochMilli()))
                .toList());
    }
}
