package dev.hearth.common.function;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One entry of a function's list of what it may reach, as {@code HOST[:PORT]}. */
public sealed interface Destination {
    /** Most characters of one entry, those that a name may have. */
    int LENGTH = 253;

    /** Most entries of a list: each is a rule or more that packets pass one by one. */
    int MOST = 64;

    /** The one port, for TCP and UDP; 0: every port and protocol. */
    int port();

    /** Addresses. */
    record Addresses(Ipv4Block block, int port) implements Destination {
        @Override
        public String toString() {
            return block + Syntax.port(port);
        }
    }

    /**
     * What a name leads to when it is asked for.
     *
     * @param name in small letters
     * @param below whether it is every name below this one, and not the name itself
     */
    record Named(String name, boolean below, int port) implements Destination {
        /** Whether it speaks of this name, which is in small letters and has no dot at its end. */
        public boolean covers(String asked) {
            return below ? asked.endsWith("." + name) : asked.equals(name);
        }

        @Override
        public String toString() {
            return (below ? Syntax.BELOW : "") + name + Syntax.port(port);
        }
    }

    /** Reads an entry; throws IllegalArgumentException with the rule. */
    static Destination parse(String text) {
        Matcher parts = Syntax.FORM.matcher(text);
        if (text.length() > LENGTH || !parts.matches()) {
            throw new IllegalArgumentException(
                    "must be an IPv4 address, a block of them or a name, *.NAME for all below it, each with or without"
                            + " a port, for example api.example.org:443 or 203.0.113.0/24");
        }
        int port = parts.group("port") == null ? 0 : Integer.parseInt(parts.group("port"));
        if (parts.group("block") != null) {
            return new Addresses(Ipv4Block.parse(parts.group("block")), port);
        }
        return new Named(parts.group("name").toLowerCase(Locale.ROOT), parts.group("below") != null, port);
    }

    /** What an entry looks like; the contract of the API holds the same pattern. */
    final class Syntax {
        private static final String BELOW = "*.";
        private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
        private static final String BLOCK = OCTET + "(?:\\." + OCTET + "){3}(?:/(?:3[0-2]|[12]?[0-9]))?";
        private static final String LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
        /** The last label begins with a letter, so that no name can be taken for an address. */
        private static final String NAME = "(?:" + LABEL + "\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]";

        private static final String PORT =
                "6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}";
        private static final Pattern FORM = Pattern.compile(
                "(?:(?<block>" + BLOCK + ")|(?<below>\\*\\.)?(?<name>" + NAME + "))(?::(?<port>" + PORT + "))?");

        private Syntax() {}

        private static String port(int port) {
            return port == 0 ? "" : ":" + port;
        }
    }
}
