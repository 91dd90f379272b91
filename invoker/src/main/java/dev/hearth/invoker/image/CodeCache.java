package dev.hearth.invoker.image;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.blocking.BlockingWork;
import dev.hearth.invoker.blocking.FileTrees;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The code of functions, unpacked once per node under {@code code} of its data folder.
 *
 * <p>One fetch at a time for each code; all who wait for it get its result or its failure, and the next who asks after a
 * failure tries again. A fetched folder is pinned for each who got it until they release it. When the disk budget is used
 * up, the longest unused unpinned folders go. Folders appear by one rename, so that a crash leaves no half of one. Call it
 * on one context only; its futures complete there.
 */
public final class CodeCache {
    static final String ASIDE = "aside";
    static final Pattern KEY = Pattern.compile("[0-9a-f]{64}\\.(source|zip|tar_gz)");
    private static final Logger log = LoggerFactory.getLogger(CodeCache.class);
    private static final Duration FILES_DEADLINE = Duration.ofMinutes(1);
    private final Path root;
    private final BlockingWork files;
    private final CodeSettings settings;
    private final CodeShelf shelf;
    private final Map<String, Future<CodeFolder>> fetching = new HashMap<>();
    private final Map<String, Future<Void>> deleting = new HashMap<>();
    private long fetches;

    private CodeCache(Path root, BlockingWork files, CodeSettings settings) {
        this.root = root;
        this.files = files;
        this.settings = settings;
        shelf = new CodeShelf(settings.disk().value());
    }

    /** Takes up what an earlier life of the invoker left whole under this data folder, and deletes the rest. */
    public static Future<CodeCache> open(Path data, BlockingWork files, CodeSettings settings) {
        Path root = data.toAbsolutePath().resolve("code");
        return files.run(FILES_DEADLINE, () -> CodeLeftovers.take(root)).map(leftovers -> {
            CodeCache cache = new CodeCache(root, files, settings);
            leftovers.forEach(left -> cache.shelf.adopt(left.key(), left.bytes()));
            cache.shrink();
            return cache;
        });
    }

    private void shrink() {
        List<String> victims =
                shelf.victims(shelf.used() - settings.disk().value()).orElse(List.of());
        victims.forEach(shelf::remove);
        victims.forEach(this::delete);
    }

    /**
     * The unpacked code, pinned for the caller.
     *
     * <p>Fails with {@link HearthException}: NO_CAPACITY when the pinned rest of the cache leaves no room, INIT_FAILED when
     * the archive is not safe to unpack, NOT_FOUND when the gateway has no such code; with the source's own failure; or
     * with {@link java.util.concurrent.TimeoutException}.
     */
    public Future<CodeFolder> fetch(Code code, CodeSource source) {
        String key = key(code);
        if (shelf.holds(key)) {
            shelf.pin(key);
            Future<CodeFolder> underWay = fetching.get(key);
            return underWay != null ? underWay : Future.succeededFuture(folder(code, key));
        }
        // An archive and what it unpacks to stand side by side for a moment; a single file is moved.
        long bytes = code.form() == CodeForm.SOURCE ? code.size() : code.size() + code.unpacked();
        Optional<List<String>> victims = shelf.reserve(key, bytes);
        if (victims.isEmpty()) {
            return Future.failedFuture(new HearthException(
                    ErrorCode.NO_CAPACITY,
                    "code " + code.digest() + " needs " + new Bytes(bytes) + " of the node's disk for code, of which "
                            + new Bytes(shelf.used()) + " of " + settings.disk() + " are in use"));
        }
        Future<Void> room = victims.get().stream()
                .map(this::delete)
                .reduce(deleting.getOrDefault(key, Future.succeededFuture()), (a, b) -> a.compose(v -> b));
        Future<CodeFolder> folder = room.compose(v -> fetch(code, key, source)).onFailure(failed -> {
            shelf.remove(key);
            log.warn("event=code_fetch_failed code={} reason={}", key, failed.getMessage());
        });
        fetching.put(key, folder);
        return folder.onComplete(done -> fetching.remove(key, folder));
    }

    private Future<CodeFolder> fetch(Code code, String key, CodeSource source) {
        Path aside = root.resolve(ASIDE).resolve(key + "-" + fetches++);
        long start = System.nanoTime();
        return new CodeFetch(code, source, settings, files, aside)
                .to(root.resolve(key))
                .map(bytes -> {
                    shelf.settle(key, bytes);
                    log.debug(
                            "event=code_fetched code={} bytes={} micros={}",
                            key,
                            bytes,
                            (System.nanoTime() - start) / 1_000);
                    return folder(code, key);
                });
    }

    /** Pins the code for a container that was adopted, when the cache still has it. */
    public Optional<CodeFolder> pin(Code code) {
        String key = key(code);
        if (!shelf.holds(key) || fetching.containsKey(key)) {
            return Optional.empty();
        }
        shelf.pin(key);
        return Optional.of(folder(code, key));
    }

    /** Takes back one pin. */
    public void release(CodeFolder folder) {
        shelf.unpin(String.valueOf(folder.path().getFileName()));
    }

    /**
     * Puts the files into a folder that does not exist yet, as hard links where the file system allows it.
     *
     * @param runtime name of the runtime, which decides the name of a single source file
     * @param handler the function's handler; its module names a single source file
     * @return the entry file's name for {@code init}; empty for an archive
     */
    public Future<String> linkInto(CodeFolder folder, Path target, String runtime, String handler) {
        return files.run(FILES_DEADLINE, () -> CodeFiles.link(folder, target, runtime, handler));
    }

    /** Bytes of unpacked code, and those reserved for code that is being fetched. */
    public Bytes used() {
        return new Bytes(shelf.used());
    }

    /** Never fails: what cannot be deleted now is taken up at the next start. */
    private Future<Void> delete(String key) {
        Future<Void> deleted = files.act(FILES_DEADLINE, () -> FileTrees.delete(root.resolve(key)))
                .recover(failed -> {
                    log.warn("event=code_eviction_failed code={} reason={}", key, failed.toString());
                    return Future.succeededFuture();
                });
        deleting.put(key, deleted);
        return deleted.onComplete(done -> deleting.remove(key, deleted));
    }

    private CodeFolder folder(Code code, String key) {
        return new CodeFolder(code.digest(), code.form(), root.resolve(key), shelf.bytes(key));
    }

    private static String key(Code code) {
        if (code.form() == CodeForm.NONE) {
            throw new IllegalArgumentException("there is no code to fetch: it lies in the image");
        }
        String key = CodeFetch.hex(code.digest()) + "." + code.form().name().toLowerCase(Locale.ROOT);
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("'" + code.digest() + "' is not a digest of code");
        }
        return key;
    }

    /** One folder of an earlier life. */
    record Left(String key, long bytes) {
        static Left of(Path folder) throws IOException {
            return new Left(String.valueOf(folder.getFileName()), CodeFiles.measure(folder));
        }
    }
}
