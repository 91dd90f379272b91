package dev.hearth.runtime;

/**
 * What to call: {@code function} or {@code Class.function}, where the class may stand in a package.
 *
 * @param type the class; empty when the handler names none
 * @param function name of the method
 */
record HandlerName(String type, String function) {
    private static final String DEFAULT_FUNCTION = "handle";

    static HandlerName of(String handler) {
        int dot = handler.lastIndexOf('.');
        String function = handler.substring(dot + 1);
        return new HandlerName(
                handler.substring(0, Math.max(dot, 0)), function.isEmpty() ? DEFAULT_FUNCTION : function);
    }
}
