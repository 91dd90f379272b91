package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageOffer;
import dev.hearth.common.bus.ImageReply;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Revision;
import dev.hearth.invoker.tunnel.HeadImages;
import dev.hearth.invoker.tunnel.HeadImages.Taken;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a gateway to bring an image: it pulls it into the engine that both share, or offers it to this node, which then takes
 * it over the tunnel. Lives on the invoker's event loop.
 */
final class ImageAsk {
    /** Stands for the registry of an image that has none: the head has the image all the same. */
    private static final String AT_HEAD = "(the head)";

    private final EventBus bus;
    private final Optional<HeadImages> head;
    private final DeliveryOptions patience;
    private String engine = "";

    /**
     * What became of a question.
     *
     * @param reply what a gateway would say of its own engine
     * @param image the id of the image, as far as it is known
     * @param reference by which this node's engine knows it
     */
    record Arrival(ImageReply reply, String image, String reference) {
        static Arrival failed(String fault) {
            return new Arrival(ImageReply.failed(fault), "", "");
        }
    }

    /**
     * A node that asks.
     *
     * @param head the way to the head; empty on a node that only ever has the gateway's engine
     * @param patience longest time for the gateway's part; the gateway has given up before
     */
    ImageAsk(EventBus bus, Optional<HeadImages> head, Duration patience) {
        this.bus = bus;
        this.head = head;
        this.patience = new DeliveryOptions(BusCodec.options()).setSendTimeout(patience.toMillis());
    }

    /** The engine that answers now. */
    void engineIs(String identity) {
        engine = identity;
    }

    boolean hasHead() {
        return head.isPresent();
    }

    /** The revision as this node sees it: a node with a head can fetch an image that no registry has. */
    Revision seenFromHere(Revision revision) {
        boolean own = revision.contract().isPresent() && !revision.imageDigest().isEmpty();
        ImageSource source = revision.imageSource();
        return head.isPresent() && own && source.reference().isEmpty()
                ? revision.withImageSource(new ImageSource(AT_HEAD, source.size()))
                : revision;
    }

    /** Never fails: a fault is in the reply. */
    Future<Arrival> ask(String image, String reference, String namespace) {
        String asked = reference.equals(AT_HEAD) ? "" : reference;
        ImageFetch fetch = new ImageFetch(image, asked, namespace, head.isPresent() ? engine : "");
        return bus.<BusMessage>request(BusAddress.REGISTRY, fetch, patience)
                .compose(
                        answer -> answered(fetch, answer.body()),
                        silent -> Future.succeededFuture(Arrival.failed(
                                "image " + reference + ": the gateway did not fetch it: " + silent.getMessage())));
    }

    private Future<Arrival> answered(ImageFetch fetch, BusMessage answer) {
        return switch (answer) {
            case ImageReply reply -> Future.succeededFuture(new Arrival(reply, fetch.image(), fetch.reference()));
            case ImageOffer offer when head.isPresent() -> taken(offer, head.get());
            default -> Future.succeededFuture(Arrival.failed("the gateway answered something else"));
        };
    }

    private static Future<Arrival> taken(ImageOffer offer, HeadImages head) {
        return head.take(offer)
                .map(ImageAsk::arrival)
                .otherwise(fault -> Arrival.failed(
                        "image " + offer.image() + " did not come from the head: " + fault.getMessage()));
    }

    private static Arrival arrival(Taken taken) {
        ImageReply reply = new ImageReply("", taken.fetched(), taken.size().value());
        return new Arrival(reply, taken.image(), taken.reference());
    }
}
