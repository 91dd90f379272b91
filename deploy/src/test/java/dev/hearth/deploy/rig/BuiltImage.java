package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;

/** An image that a test builds from a few files and that goes with it. */
public final class BuiltImage implements AutoCloseable {
    private final String tag;

    private BuiltImage(String tag) {
        this.tag = tag;
    }

    /**
     * Builds it.
     *
     * @param files content by path, a Dockerfile among them
     */
    public static BuiltImage of(String tag, Path folder, Map<String, String> files) {
        files.forEach((name, content) -> {
            try {
                Path file = folder.resolve(name);
                Files.createDirectories(file.getParent());
                Files.writeString(file, content);
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
        });
        Docker.build(tag, folder);
        return new BuiltImage(tag);
    }

    /** A program of the test's resources. */
    public static String program(String name) {
        try (InputStream in = BuiltImage.class.getResourceAsStream("/images/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Text that no two images have in common and that compresses to about so many bytes. */
    public static String noise(int bytes) {
        byte[] noise = new byte[bytes];
        new SecureRandom().nextBytes(noise);
        return Base64.getEncoder().encodeToString(noise);
    }

    public String tag() {
        return tag;
    }

    @Override
    public void close() {
        Docker.removeImage(tag);
    }
}
