package dev.hearth.invoker.image;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.Code;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.blocking.BlockingWork;
import dev.hearth.invoker.blocking.FileTrees;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** One code on its way into the cache: its pieces in a file, the digest checked, unpacked aside, put in place at once. */
final class CodeFetch {
    private static final String DIGEST_PREFIX = "sha256:";
    private final Code code;
    private final CodeSource source;
    private final CodeSettings settings;
    private final BlockingWork files;
    private final Path aside;
    private final MessageDigest digest = sha256();
    private volatile boolean givenUp;

    /**
     * A fetch.
     *
     * @param aside a folder of its own, which does not exist yet and will not exist afterwards
     */
    CodeFetch(Code code, CodeSource source, CodeSettings settings, BlockingWork files, Path aside) {
        this.code = code;
        this.source = source;
        this.settings = settings;
        this.files = files;
        this.aside = aside;
    }

    /** Puts the unpacked code at the place and answers with its bytes; after a failure nothing is there. */
    Future<Long> to(Path place) {
        Duration deadline = settings.fetch();
        Future<Long> done = files.act(deadline, this::begin)
                .compose(v -> pieces(0))
                .compose(v -> files.run(deadline, () -> unpack(place)))
                .eventually(this::clear);
        return done.timeout(deadline.toMillis(), TimeUnit.MILLISECONDS).onFailure(failed -> givenUp = true);
    }

    /** What the budget allows the disk may not have: others write to it too. */
    private void begin() throws IOException {
        Files.createDirectories(aside);
        long free = Files.getFileStore(aside).getUsableSpace();
        long left = free - code.size() - code.unpacked();
        if (left < settings.free().value()) {
            throw new HearthException(
                    ErrorCode.NO_CAPACITY,
                    "code " + code.digest() + " was not fetched: the disk of the node has " + new Bytes(free)
                            + " free, and " + settings.free() + " must stay free (invoker.disk-free)");
        }
    }

    /** Never fails: what cannot be deleted now is at the next start. */
    private Future<Void> clear() {
        return files.act(settings.fetch(), () -> FileTrees.delete(aside)).recover(failed -> Future.succeededFuture());
    }

    private Future<Void> pieces(long offset) {
        if (givenUp) {
            return failed("given up after " + settings.fetch());
        }
        return source.piece(code.digest(), offset).compose(piece -> {
            long end = offset + piece.bytes().length();
            if (piece.total() < 0) {
                return Future.failedFuture(new HearthException(
                        ErrorCode.NOT_FOUND, "the gateway does not have code " + code.digest() + " any more"));
            }
            if (piece.total() != code.size()
                    || end > code.size()
                    || piece.bytes().length() > BusAddress.PIECE) {
                return failed("it should have " + code.size() + " bytes, but "
                        + piece.bytes().length() + " of " + piece.total() + " came at " + offset);
            }
            if (piece.bytes().length() == 0 && end < code.size()) {
                return failed("it ended after " + end + " of " + code.size() + " bytes");
            }
            Future<Void> written = files.act(settings.fetch(), () -> append(piece.bytes()));
            return end == code.size() ? written : written.compose(v -> pieces(end));
        });
    }

    private void append(Buffer bytes) throws IOException {
        byte[] array = bytes.getBytes();
        digest.update(array);
        Files.write(packed(), array, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private long unpack(Path place) throws IOException {
        String found = DIGEST_PREFIX + HexFormat.of().formatHex(digest.digest());
        if (!found.equals(code.digest())) {
            throw fault("what came has the digest " + found);
        }
        Path unpacked = aside.resolve("unpacked");
        long bytes =
                CodeFiles.unpack(packed(), code, settings.archive().withUnpacked(new Bytes(code.unpacked())), unpacked);
        if (givenUp) {
            throw fault("given up after " + settings.fetch());
        }
        // Only a fetch that was given up in this very moment can have been first; its bytes are the same.
        if (!Files.isDirectory(place)) {
            Files.move(unpacked, place, StandardCopyOption.ATOMIC_MOVE);
        }
        return bytes;
    }

    private Path packed() {
        return aside.resolve("packed");
    }

    private <T> Future<T> failed(String why) {
        return Future.failedFuture(fault(why));
    }

    private HearthException fault(String why) {
        return new HearthException(ErrorCode.INTERNAL, "code " + code.digest() + " could not be fetched: " + why);
    }

    /** The hex digits of a digest. */
    static String hex(String digest) {
        return digest.startsWith(DIGEST_PREFIX) ? digest.substring(DIGEST_PREFIX.length()) : digest;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
