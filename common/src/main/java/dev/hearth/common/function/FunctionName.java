package dev.hearth.common.function;

/**
 * A function's full name: its namespace and its name in it, each {@code [a-z0-9]([a-z0-9_-]{0,62})}.
 *
 * @param namespace from the API key; {@code default} without one
 * @param name the name in the namespace
 */
public record FunctionName(String namespace, String name) implements Comparable<FunctionName> {
    public static final String DEFAULT_NAMESPACE = "default";
    private static final int LONGEST = 63;
    private static final int SHOWN = 100;

    public FunctionName {
        check("namespace", namespace);
        check("function name", name);
    }

    private static void check(String what, String text) {
        if (!fits(text)) {
            String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
            throw new IllegalArgumentException("'" + shown + "' is not a " + what
                    + ": use 1 to 63 of a-z, 0-9, '-' and '_', starting with a letter or digit");
        }
    }

    /** By hand: it stands in the way of every call, and an expression would take longer than all else there. */
    private static boolean fits(String text) {
        int length = text.length();
        if (length == 0 || length > LONGEST || !letterOrDigit(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < length; i++) {
            char c = text.charAt(i);
            if (!letterOrDigit(c) && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }

    private static boolean letterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
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
