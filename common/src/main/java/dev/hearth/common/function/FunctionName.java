package dev.hearth.common.function;

import java.util.regex.Pattern;

/**
 * A function's full name: its namespace and its name in it, each {@code [a-z0-9]([a-z0-9_-]{0,62})}.
 *
 * @param namespace from the API key; {@code default} without one
 * @param name the name in the namespace
 */
public record FunctionName(String namespace, String name) implements Comparable<FunctionName> {
    public static final String DEFAULT_NAMESPACE = "default";
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    public FunctionName {
        check("namespace", namespace);
        check("function name", name);
    }

    private static void check(String what, String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a " + what
                    + ": use 1 to 63 of a-z, 0-9, '-' and '_', starting with a letter or digit");
        }
    }

    public static FunctionName inDefault(String name) {
        return new FunctionName(DEFAULT_NAMESPACE, name);
    }

    @Override
    public int compareTo(FunctionName other) {
        int order = namespace.compareTo(other.namespace);
        return order != 0 ? order : name.compareTo(other.name);
    }

    /** {@code name} in the default namespace, else {@code namespace/name}. */
    @Override
    public String toString() {
        return namespace.equals(DEFAULT_NAMESPACE) ? name : namespace + "/" + name;
    }
}
