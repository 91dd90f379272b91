package dev.hearth.common.config;

import java.util.Set;
import java.util.regex.Pattern;

/** The addresses of a machine that no other machine can reach. */
public final class Loopback {
    private static final Set<String> NAMES = Set.of("localhost", "::1", "[::1]");
    private static final Pattern FOUR = Pattern.compile("127(\\.\\d{1,3}){3}");

    private Loopback() {}

    /** By the text alone: a name that resolves to loopback today can resolve to something else tomorrow. */
    public static boolean contains(String host) {
        return NAMES.contains(host) || FOUR.matcher(host).matches();
    }
}
