package dev.hearth.gateway.image;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps within a budget ({@code images.engine-bytes}) what the head fetched into an engine that no node has: a node with that
 * engine would count those images, and remove them by its own rules. Those that were used least recently go; the head fetches
 * one again by its digest when it needs it. What others brought, or tagged, or run, stays.
 *
 * <p>Sizes are those that the engine tells: a layer that two images share counts for each. An image of which no use is known
 * was used when the head started.
 */
final class EngineShelf {
    private static final Logger LOG = LoggerFactory.getLogger(EngineShelf.class);

    /** The engine, as far as it is needed here; its calls block. */
    interface Engine {
        /** Ids of all its images. */
        Set<String> images();

        /**
         * Removes an image by the names under which it was fetched, not by force.
         *
         * @param fetched the same image under each of these
         * @return false when something needs it
         */
        boolean remove(Collection<ResolvedImage> fetched);
    }

    private final PullJournal journal;
    private final Engine engine;
    private final ImageSettings settings;
    private final LongSupplier nanos;
    private final long start;
    private final Map<String, Long> used = new ConcurrentHashMap<>();
    private final AtomicLong removed = new AtomicLong();
    private volatile long held;

    EngineShelf(PullJournal journal, Engine engine, ImageSettings settings, LongSupplier nanos) {
        this.journal = journal;
        this.engine = engine;
        this.settings = settings;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /** An image that is here is wanted. */
    void used(String image) {
        used.put(image, nanos.getAsLong());
    }

    /** Bytes of what it answers for, as of the last look. */
    long held() {
        return held;
    }

    void watch(MeterRegistry meters) {
        Gauge.builder("hearth.image.engine.held", () -> held)
                .description("Bytes of the images that the head fetched into its engine, which no node has.")
                .baseUnit("bytes")
                .register(meters);
        long most = settings.most().value();
        Gauge.builder("hearth.image.engine.capacity", () -> most == 0 ? Double.POSITIVE_INFINITY : (double) most)
                .description("Budget: bytes of the images that the head fetched into its engine; +Inf without one.")
                .baseUnit("bytes")
                .register(meters);
        FunctionCounter.builder("hearth.image.engine.removed", removed, AtomicLong::doubleValue)
                .description("Images that the head removed from its engine to keep them within their budget.")
                .register(meters);
    }

    /** An image, under each name by which it was fetched. */
    private record Held(String id, List<Path> files, List<ResolvedImage> fetched) {
        Held(String id) {
            this(id, new ArrayList<>(), new ArrayList<>());
        }

        long bytes() {
            return fetched.getFirst().size().value();
        }
    }

    /** Removes what is too much. Blocks; fails with the engine. */
    synchronized void look() {
        List<Held> all = held(journal.untold());
        used.keySet().retainAll(all.stream().map(Held::id).toList());
        long most = settings.most().value();
        long bytes = all.stream().mapToLong(Held::bytes).sum();
        for (Held oldest : all) {
            if (most == 0 || bytes <= most || !isFree(oldest)) {
                break;
            }
            if (engine.remove(oldest.fetched())) {
                oldest.files().forEach(journal::drop);
                bytes -= oldest.bytes();
                removed.incrementAndGet();
                LOG.info("event=image_removed image={} held_bytes={} budget_bytes={}", oldest.id(), bytes, most);
            }
        }
        held = bytes;
    }

    /** What is still there, the longest unused first. */
    private List<Held> held(Map<Path, ResolvedImage> fetched) {
        Set<String> there = fetched.isEmpty() ? Set.of() : engine.images();
        Map<String, Held> held = new HashMap<>();
        fetched.forEach((file, image) -> {
            if (there.contains(image.id())) {
                Held same = held.computeIfAbsent(image.id(), Held::new);
                same.files().add(file);
                same.fetched().add(image);
            } else {
                journal.drop(file);
            }
        });
        return held.values().stream()
                .sorted(Comparator.comparingLong(this::lastUse).thenComparing(Held::id))
                .toList();
    }

    private long lastUse(Held image) {
        return used.getOrDefault(image.id(), start) - start;
    }

    private boolean isFree(Held image) {
        return nanos.getAsLong() - start - lastUse(image) >= settings.grace().toNanos();
    }
}
