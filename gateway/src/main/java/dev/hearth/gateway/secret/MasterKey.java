package dev.hearth.gateway.secret;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the 32 bytes come from under which secrets are stored: the environment, else a file that its owner alone can read
 * and that is made at first need. Blocks.
 */
public final class MasterKey {
    /** The environment variable that, when set, takes the place of the file. */
    public static final String VARIABLE = "HEARTH_MASTER_KEY";

    static final String FILE = "master.key";
    private static final int LENGTH = 32;
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");
    private static final String FORM = "32 bytes in base64 or hexadecimal, such as 'openssl rand -base64 32' prints";
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final Optional<byte[]> given;

    /**
     * Checks what the environment says.
     *
     * @param given the variable's value; empty when it is not set
     * @throws HearthException INVALID_REQUEST when that is no key
     */
    public MasterKey(Path data, Optional<String> given) {
        this.file = file(data);
        this.given = given.filter(text -> !text.isBlank())
                .map(text -> decoded(text)
                        .orElseThrow(
                                () -> new HearthException(ErrorCode.INVALID_REQUEST, VARIABLE + " must be " + FORM)));
    }

    /** Where it is kept in a data folder, unless the environment has it. */
    public static Path file(Path data) {
        return data.resolve(FILE);
    }

    /** The key; empty when neither the variable nor the file is there. */
    Optional<byte[]> find() {
        if (given.isPresent() || !Files.exists(file)) {
            return given;
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!OWNER.containsAll(permissions)) {
                throw unusable("others may read it: chmod 600 " + file + ", and store again what was sealed under it");
            }
            String text = Files.readString(file);
            return Optional.of(decoded(text).orElseThrow(() -> unusable("it must hold " + FORM)));
        } catch (IOException unreadable) {
            throw unusable("it cannot be read (" + unreadable + ")");
        }
    }

    /** The key, made now when there is none; whoever asks must know that nothing is sealed under a lost one. */
    synchronized byte[] findOrMake() {
        // Two at a time would each make one, and what the first has sealed would not open again.
        return find().orElseGet(this::make);
    }

    /** Whole or not at all, so that a crash leaves no half of a key. */
    private byte[] make() {
        byte[] key = new byte[LENGTH];
        new SecureRandom().nextBytes(key);
        try {
            Path fresh = file.resolveSibling(FILE + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNER));
            Files.writeString(fresh, Base64.getEncoder().encodeToString(key) + "\n");
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            return key;
        } catch (IOException unwritable) {
            throw unusable("it cannot be made (" + unwritable + ")");
        }
    }

    /** Where the key is or would be, for messages. */
    String place() {
        return given.isPresent() ? VARIABLE : file.toString();
    }

    private static Optional<byte[]> decoded(String text) {
        String stripped = text.strip();
        if (HEX.matcher(stripped).matches()) {
            return Optional.of(HexFormat.of().parseHex(stripped));
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(stripped.getBytes(StandardCharsets.US_ASCII));
            return bytes.length == LENGTH ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private HearthException unusable(String why) {
        return new HearthException(ErrorCode.CONFLICT, "the master key in " + file + " is of no use: " + why);
    }
}
