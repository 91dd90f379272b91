package dev.hearth.gateway.image;

import java.util.Locale;

/** The parts of an image's reference. */
final class ImageReference {
    static final String HUB = "docker.io";

    private ImageReference() {}

    /** A reference without tag and digest means {@code latest}; the engine would pull every tag. */
    static String tagged(String reference) {
        String last = reference.substring(reference.lastIndexOf('/') + 1);
        return last.contains(":") || last.contains("@") ? reference : reference + ":latest";
    }

    /** The registry that the engine would ask for it, with its port if it has one. */
    static String host(String reference) {
        int slash = reference.indexOf('/');
        String first = slash < 0 ? "" : reference.substring(0, slash);
        boolean isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        return isHost ? first.toLowerCase(Locale.ROOT) : HUB;
    }
}
