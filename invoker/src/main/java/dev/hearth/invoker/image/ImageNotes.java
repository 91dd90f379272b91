package dev.hearth.invoker.image;

import dev.hearth.invoker.blocking.BlockingWork;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which images Hearth has fetched: one small file each under {@code images} of the data folder, whose time of change is the
 * image's last use. What is noted here may be removed, nothing else.
 *
 * <p>Files appear by a rename, so that a crash leaves no half of one. Call it on one context only.
 */
public final class ImageNotes {
    private static final Logger LOG = LoggerFactory.getLogger(ImageNotes.class);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
    private static final String ID = "sha256:";
    private static final String REFERENCE = "reference";
    private static final String SIZE = "size";
    private static final String HALF = ".half";

    private final Path root;
    private final BlockingWork files;
    private final Map<String, ImageNote> notes;

    private ImageNotes(Path root, BlockingWork files, Map<String, ImageNote> notes) {
        this.root = root;
        this.files = files;
        this.notes = notes;
    }

    /** Reads what earlier lives have written down. */
    public static Future<ImageNotes> open(Path data, BlockingWork files) {
        Path root = data.toAbsolutePath().resolve("images");
        return files.run(DEADLINE, () -> read(root)).map(notes -> new ImageNotes(root, files, notes));
    }

    private static Map<String, ImageNote> read(Path root) throws IOException {
        Files.createDirectories(root);
        Map<String, ImageNote> notes = new HashMap<>();
        try (Stream<Path> paths = Files.list(root)) {
            for (Path path : paths.toList()) {
                String name = String.valueOf(path.getFileName());
                if (NAME.matcher(name).matches()) {
                    one(path).ifPresent(note -> notes.put(ID + name, note));
                } else {
                    Files.deleteIfExists(path);
                }
            }
        }
        return notes;
    }

    private static Optional<ImageNote> one(Path path) throws IOException {
        try {
            JsonObject json = new JsonObject(Files.readString(path));
            Instant lastUse = Files.getLastModifiedTime(path).toInstant();
            return Optional.of(new ImageNote(json.getString(REFERENCE, ""), json.getLong(SIZE, 0L), lastUse));
        } catch (RuntimeException unreadable) {
            LOG.warn("event=image_note_unreadable file={} reason=\"{}\"", path, unreadable.getMessage());
            return Optional.empty();
        }
    }

    public Optional<ImageNote> find(String image) {
        return Optional.ofNullable(notes.get(image));
    }

    /** The ids of all that is noted. */
    public Set<String> ids() {
        return Set.copyOf(notes.keySet());
    }

    /** Done when it is on disk. */
    public Future<Void> put(String image, ImageNote note) {
        notes.put(image, note);
        return files.act(DEADLINE, () -> write(path(image), note));
    }

    private static void write(Path path, ImageNote note) throws IOException {
        JsonObject json = new JsonObject().put(REFERENCE, note.reference()).put(SIZE, note.size());
        Path half = path.resolveSibling(path.getFileName() + HALF);
        Files.writeString(half, json.encode());
        Files.move(half, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Writes down when it was used last. */
    public void touch(String image, Instant lastUse) {
        ImageNote note = notes.get(image);
        if (note != null) {
            notes.put(image, new ImageNote(note.reference(), note.size(), lastUse));
            logged(image, () -> {
                try {
                    Files.setLastModifiedTime(path(image), FileTime.from(lastUse));
                } catch (NoSuchFileException gone) {
                    // It was removed meanwhile.
                }
            });
        }
    }

    /** The image is gone, or not Hearth's any more. */
    public void delete(String image) {
        if (notes.remove(image) != null) {
            logged(image, () -> Files.deleteIfExists(path(image)));
        }
    }

    private void logged(String image, BlockingWork.Action action) {
        files.act(DEADLINE, action)
                .onFailure(failed ->
                        LOG.warn("event=image_note_failed image={} reason=\"{}\"", image, failed.getMessage()));
    }

    private Path path(String image) {
        String name = image.startsWith(ID) ? image.substring(ID.length()) : image;
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + image + "' is not the id of an image");
        }
        return root.resolve(name);
    }
}
