package dev.hearth.gateway.registry;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** All that is wrong with one registration, so that the user can correct it in one go. */
final class Faults {
    private static final int SHOWN = 25;
    private static final int VALUE_LENGTH = 60;

    private final List<String> wrong = new ArrayList<>();
    private final List<String> unsupported = new ArrayList<>();

    void wrong(String sentence) {
        wrong.add(sentence);
    }

    void unsupported(String sentence) {
        unsupported.add(sentence);
    }

    boolean none() {
        return wrong.isEmpty() && unsupported.isEmpty();
    }

    void raise() {
        if (!wrong.isEmpty()) {
            throw new HearthException(ErrorCode.INVALID_REQUEST, text(wrong));
        }
        if (!unsupported.isEmpty()) {
            throw new HearthException(ErrorCode.NOT_SUPPORTED, text(unsupported));
        }
    }

    private static String text(List<String> sentences) {
        if (sentences.size() == 1) {
            return sentences.getFirst();
        }
        String text = sentences.size() + " faults: "
                + String.join("; ", sentences.subList(0, Math.min(SHOWN, sentences.size())));
        return sentences.size() > SHOWN ? text + "; and " + (sentences.size() - SHOWN) + " more" : text;
    }

    /** A value as it may stand in a message: cut, on one line, in quotes. */
    static String shown(String value) {
        String line = value.codePoints()
                .limit(VALUE_LENGTH)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "'" + line + (value.length() > VALUE_LENGTH ? "...'" : "'");
    }

    /** {@code , did you mean 'x'?} when a known name is at most a third of the letters away. */
    static String hint(String given, Collection<String> known) {
        return nearest(given, known)
                .map(name -> ", did you mean '" + name + "'?")
                .orElse("");
    }

    private static Optional<String> nearest(String given, Collection<String> known) {
        String best = "";
        int least = Math.max(1, Math.min(given.length(), VALUE_LENGTH) / 3) + 1;
        for (String name : known.stream().sorted().toList()) {
            int distance = distance(given, name);
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    /** Levenshtein's distance, letters compared without case. */
    private static int distance(String left, String right) {
        if (left.length() > VALUE_LENGTH) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int above = row[j];
                boolean alike = Character.toLowerCase(left.charAt(i - 1)) == Character.toLowerCase(right.charAt(j - 1));
                row[j] = Math.min(diagonal + (alike ? 0 : 1), Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[right.length()];
    }
}
