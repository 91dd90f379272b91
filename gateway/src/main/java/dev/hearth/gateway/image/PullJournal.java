package dev.hearth.gateway.image;

import dev.hearth.common.units.Bytes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the head fetched into its engine and no node answers for, a file each under {@code pulls} of the data folder.
 *
 * <p>A file is there from before the pull until a node with that engine has noted the image; where there is none, until the
 * image has left ({@link EngineShelf}). So an image is either noted, or found again after a crash: whatever the reference
 * names then and was not there before the pull, Hearth has fetched.
 */
final class PullJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PullJournal.class);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final String REFERENCE = "reference";
    private static final String BEFORE = "before";
    private static final String IMAGE = "image";
    private static final String DIGEST = "digest";
    private static final String SIZE = "size";
    private static final String HALF = ".half";

    private final Vertx vertx;
    private final Path root;
    private final Herald herald;
    private final Map<Path, ResolvedImage> untold = new ConcurrentHashMap<>();
    private final Map<Path, Entry> crashed = new ConcurrentHashMap<>();
    private final long timer;

    /**
     * A pull.
     *
     * @param before ids of the images that were there before it
     */
    record Entry(Path file, String reference, Set<String> before) {}

    /** Opens the journal in this folder. */
    PullJournal(Vertx vertx, Path data, Herald herald) {
        this.vertx = vertx;
        this.root = data.toAbsolutePath().resolve("pulls");
        this.herald = herald;
        try {
            Files.createDirectories(root);
            read();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        timer = vertx.setPeriodic(AGAIN.toMillis(), ignored -> untold.forEach(this::tell));
    }

    private void read() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            for (Path file : files.toList()) {
                if (file.toString().endsWith(HALF)) {
                    Files.delete(file);
                } else {
                    read(file, new JsonObject(Files.readString(file)));
                }
            }
        }
    }

    private void read(Path file, JsonObject json) {
        String reference = json.getString(REFERENCE);
        if (json.containsKey(IMAGE)) {
            Bytes size = new Bytes(json.getLong(SIZE));
            untold.put(
                    file,
                    new ResolvedImage(reference, json.getString(IMAGE), size, true, json.getString(DIGEST), false));
        } else {
            Set<String> before = new HashSet<>();
            json.getJsonArray(BEFORE).forEach(id -> before.add(String.valueOf(id)));
            crashed.put(file, new Entry(file, reference, before));
        }
    }

    /** Looks at the pulls that a crash has cut off. Blocks; to be called again while the engine does not answer. */
    void recover(Function<String, Optional<ResolvedImage>> lookUp) {
        crashed.values().forEach(entry -> {
            ended(entry, lookUp.apply(entry.reference()));
            crashed.remove(entry.file());
        });
    }

    boolean isRecovered() {
        return crashed.isEmpty();
    }

    /** A pull begins. Blocks. */
    Entry begin(String reference, List<String> before) throws IOException {
        Path file = root.resolve(UUID.randomUUID().toString());
        write(file, new JsonObject().put(REFERENCE, reference).put(BEFORE, new JsonArray(before)));
        return new Entry(file, reference, Set.copyOf(before));
    }

    private static void write(Path file, JsonObject json) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + HALF);
        Files.write(half, json.encode().getBytes(StandardCharsets.UTF_8));
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** It is over, one way or the other; whether it fetched what the reference names now. Blocks. */
    boolean ended(Entry entry, Optional<ResolvedImage> found) {
        Optional<ResolvedImage> fetched = found.filter(image -> !entry.before().contains(image.id()))
                .filter(image -> !image.digest().isEmpty());
        fetched.ifPresentOrElse(
                image -> {
                    note(entry.file(), image);
                    untold.put(entry.file(), image);
                    tell(entry.file(), image);
                },
                () -> forget(entry.file()));
        return fetched.isPresent();
    }

    /** From now on the image is known by its id, whatever its reference will name. */
    private static void note(Path file, ResolvedImage image) {
        JsonObject json = new JsonObject()
                .put(REFERENCE, image.reference())
                .put(IMAGE, image.id())
                .put(DIGEST, image.digest())
                .put(SIZE, image.size().value());
        try {
            write(file, json);
        } catch (IOException full) {
            LOG.warn("event=pull_not_noted file={} reason=\"{}\"", file, full.getMessage());
        }
    }

    /** What was fetched and no node has noted, by its file. */
    Map<Path, ResolvedImage> untold() {
        return Map.copyOf(untold);
    }

    /** The image has left, or is Hearth's no more. Blocks. */
    void drop(Path file) {
        untold.remove(file);
        forget(file);
    }

    private void tell(Path file, ResolvedImage image) {
        herald.fetched(image.id(), image.digest(), image.size().value())
                .onSuccess(noted -> {
                    if (untold.remove(file) != null) {
                        vertx.executeBlocking(() -> {
                            forget(file);
                            return true;
                        });
                    }
                })
                .onFailure(absent ->
                        LOG.debug("event=image_not_noted image={} reason=\"{}\"", image.id(), absent.getMessage()));
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stuck) {
            LOG.warn("event=pull_not_forgotten file={} reason=\"{}\"", file, stuck.getMessage());
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
