package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Compiles C in the image in which the native runtime is built, so that no test needs a compiler of its machine. */
public final class Compiler {
    private static final String BASE =
            Objects.requireNonNullElse(System.getenv("HEARTH_BASE_IMAGE"), Images.of("base") + ":latest");
    /** Kept: with it goes the layer that the next build of bridge and runtime starts from. */
    private static final String IMAGE = Images.of("native-build");

    private Compiler() {}

    /** A shared object. */
    public static byte[] object(String source) {
        return compiled(source, "-shared -fPIC");
    }

    /** A program. */
    public static byte[] program(String source) {
        return compiled(source, "");
    }

    private static byte[] compiled(String source, String options) {
        Docker.build(IMAGE, Path.of("../docker/runtimes/native"), "--target=build", "--build-arg=BASE=" + BASE);
        try {
            Path folder = Files.createTempDirectory("hearth-c");
            Path file = Files.writeString(folder.resolve("function.c"), source);
            try {
                String gcc = "gcc -O1 -pthread -I/runtime " + options + " -o /tmp/f /input/function.c && cat /tmp/f";
                return Docker.output(IMAGE, folder, "sh", "-c", gcc);
            } finally {
                Files.delete(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
