package dev.hearth.gateway.image;

import java.util.Locale;

/** The parts of an image's reference. */
final class ImageReference {
    static final String HUB = "docker.io";
    private static final String LIBRARY = "library/";

    private ImageReference() {}

    /** A reference without tag and digest means {@code latest}; the engine would pull every tag. */
    static String tagged(String reference) {
        String last = reference.substring(reference.lastIndexOf('/') + 1);
        return last.contains(":") || last.contains("@") ? reference : reference + ":latest";
    }

    /** The reference without tag and digest, as engines write it in what they tell: without the hub's name. */
    static String repository(String reference) {
        int digest = reference.indexOf('@');
        String tagged = digest < 0 ? reference : reference.substring(0, digest);
        int tag = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
        String named = tag < 0 ? tagged : tagged.substring(0, tag);
        String local = named.startsWith(HUB + "/") ? named.substring(HUB.length() + 1) : named;
        return local.startsWith(LIBRARY) ? local.substring(LIBRARY.length()) : local;
    }

    /** The registry that the engine would ask for it, with its port if it has one. */
    static String host(String reference) {
        int slash = reference.indexOf('/');
        String first = slash < 0 ? "" : reference.substring(0, slash);
        boolean isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        return isHost ? first.toLowerCase(Locale.ROOT) : HUB;
    }
}
