package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.ImageReply;
import dev.hearth.invoker.docker.Engine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a worker the runtimes' images that the head has, under the names that the head has them by; the node takes no calls
 * until then. What the head lacks is left out. Lives on the invoker's event loop.
 */
final class RuntimeImages {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeImages.class);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final String FETCHING = "fetching runtime images: ";

    private final Vertx vertx;
    private final Engine engine;
    private final ImageAsk ask;
    private final Condition condition;
    private final Set<String> missing;
    private boolean fetching;

    /** Images under these references. */
    RuntimeImages(Vertx vertx, Engine engine, ImageAsk ask, Condition condition, Set<String> references) {
        this.vertx = vertx;
        this.engine = engine;
        this.ask = ask;
        this.condition = condition;
        this.missing = new TreeSet<>(references);
        tell();
    }

    /** Fetches what has not come yet; once however often it is asked for. */
    void fetch(Runnable done) {
        if (fetching || missing.isEmpty()) {
            return;
        }
        fetching = true;
        List<Future<?>> all = new ArrayList<>();
        for (String reference : List.copyOf(missing)) {
            LOG.info("event=runtime_image_asked image={}", reference);
            all.add(one(reference));
        }
        Future.join(all).onComplete(ended -> {
            fetching = false;
            if (!missing.isEmpty()) {
                vertx.setTimer(AGAIN.toMillis(), ignored -> fetch(done));
            }
            done.run();
        });
    }

    private Future<?> one(String reference) {
        return ask.ask("", reference, "default").compose(arrival -> {
            String fault = arrival.reply().fault();
            if (!fault.isEmpty()) {
                return refused(reference, fault);
            }
            return named(arrival.image(), reference)
                    .onSuccess(ignored -> {
                        LOG.info(
                                "event=runtime_image_here image={} id={} fetched={}",
                                reference,
                                arrival.image(),
                                arrival.reply().fetched());
                        settle(reference);
                    })
                    .onFailure(failed -> LOG.warn(
                            "event=runtime_image_not_named image={} reason=\"{}\"", reference, failed.getMessage()));
        });
    }

    /** A node that shares the head's engine is told no id: the name is there. */
    private Future<Void> named(String id, String reference) {
        if (id.isEmpty()) {
            return Future.succeededFuture();
        }
        return engine.imageByReference(reference)
                .compose(found -> found.filter(image -> image.id().equals(id)).isPresent()
                        ? Future.succeededFuture()
                        : engine.tag(id, reference));
    }

    private Future<Void> refused(String reference, String fault) {
        LOG.warn("event=runtime_image_not_fetched image={} reason=\"{}\"", reference, fault);
        if (fault.startsWith(ImageReply.HEAD_LACKS)) {
            settle(reference);
        }
        return Future.succeededFuture();
    }

    private void settle(String reference) {
        missing.remove(reference);
        tell();
    }

    private void tell() {
        condition.runtimes(missing.isEmpty() ? "" : FETCHING + String.join(", ", missing));
    }
}
