package dev.hearth.common.function;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Labels of nodes, such as {@code zone=a}: those that a node has, or those that a function requires of its nodes.
 *
 * @param pairs values by key, at most {@value #MOST}; both are texts of 1 to 63 letters, digits, '.', '_', '/' and '-'
 */
public record NodeLabels(Map<String, String> pairs) {
    /** So few that holding them against each other costs nothing. */
    public static final int MOST = 32;

    public static final NodeLabels NONE = new NodeLabels(Map.of());

    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
    /** What keys and values must be, for messages. */
    public static final String RULE =
            "must be 1 to 63 of letters, digits, '.', '_', '/' and '-', a letter or digit first";

    public NodeLabels {
        if (pairs.size() > MOST) {
            throw new IllegalArgumentException("there are " + pairs.size() + " labels, may be " + MOST);
        }
        pairs.forEach((key, value) -> {
            if (!isText(key)) {
                throw new IllegalArgumentException("the key '" + key + "' " + RULE + ", for example zone");
            }
            if (!isText(value)) {
                throw new IllegalArgumentException("the value '" + value + "' of " + key + " " + RULE);
            }
        });
        pairs = Collections.unmodifiableMap(new TreeMap<>(pairs));
    }

    /** These labels; the same object for none. */
    public static NodeLabels of(Map<String, String> pairs) {
        return pairs.isEmpty() ? NONE : new NodeLabels(pairs);
    }

    /**
     * Reads {@code key=value} texts.
     *
     * @throws IllegalArgumentException with a sentence that names the text
     */
    public static NodeLabels parse(List<String> texts) {
        Map<String, String> pairs = new TreeMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'" + text + "' is no label: write key=value, for example zone=a");
            }
            String key = text.substring(0, equals);
            if (pairs.put(key, text.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("the label " + key + " is given twice");
            }
        }
        return of(pairs);
    }

    /** Whether it may be a key or a value. */
    public static boolean isText(String text) {
        return TEXT.matcher(text).matches();
    }

    public boolean isNone() {
        return pairs.isEmpty();
    }

    /** Whether a node with these labels has all that are required. */
    public boolean covers(NodeLabels required) {
        for (Map.Entry<String, String> one : required.pairs.entrySet()) {
            if (!one.getValue().equals(pairs.get(one.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /** {@code key=value} each, in order of the keys. */
    public List<String> texts() {
        return pairs.entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .toList();
    }

    @Override
    public String toString() {
        return texts().stream().collect(Collectors.joining(", "));
    }
}
