package dev.hearth.common.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The names that an entry of an archive may have. */
final class EntryName {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PATH = 1_024;
    private static final int SHOWN = 100;

    private EntryName() {}

    /** The entry's path without empty and {@code .} names; empty when it is the archive's root. */
    static String normalised(String name, int depth) throws RefusedArchive {
        if (name.startsWith("/")) {
            throw refused(name, "is an absolute path: entries must lie inside the archive");
        }
        if (name.length() > LONGEST_PATH) {
            throw refused(name, "has a path of more than " + LONGEST_PATH + " characters");
        }
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/", -1)) {
            check(name, part);
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (parts.size() > depth) {
            throw refused(name, "lies deeper than " + depth + " folders");
        }
        return String.join("/", parts);
    }

    private static void check(String name, String part) throws RefusedArchive {
        if (part.equals("..")) {
            throw refused(name, "leaves the archive by '..'");
        }
        if (part.indexOf('\\') >= 0 || part.chars().anyMatch(Character::isISOControl)) {
            throw refused(name, "has a backslash or a control character in its name");
        }
        if (part.indexOf('\ufffd') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(part)) {
            throw refused(name, "has a name that is not UTF-8");
        }
        if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw refused(name, "has a name of more than " + LONGEST_NAME + " bytes");
        }
    }

    static RefusedArchive refused(String name, String why) {
        return new RefusedArchive("The archive's entry '" + shown(name) + "' " + why + ".");
    }

    /** A stranger's name as it may stand in a message. */
    static String shown(String name) {
        StringBuilder shown = new StringBuilder();
        name.codePoints()
                .limit(SHOWN)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }
}
