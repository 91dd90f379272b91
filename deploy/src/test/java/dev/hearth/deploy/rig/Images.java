package dev.hearth.deploy.rig;

import java.util.Objects;

/** Names of the images that the tests run: those of {@code deploy/up.sh}, below the prefix that {@code HEARTH_IMAGES} says. */
public final class Images {
    private static final String PREFIX = Objects.requireNonNullElse(System.getenv("HEARTH_IMAGES"), "hearth");

    private Images() {}

    /** The image of a runtime, such as {@code python3}. */
    public static String of(String runtime) {
        return PREFIX + "/" + runtime;
    }

    /** Settings that make a node take its runtimes from there. */
    public static String[] settings() {
        return new String[] {
            "runtimes.python3=" + of("python3") + ":latest",
            "runtimes.nodejs=" + of("nodejs") + ":latest",
            "runtimes.java=" + of("java") + ":latest",
            "runtimes.native=" + of("native") + ":latest"
        };
    }
}
