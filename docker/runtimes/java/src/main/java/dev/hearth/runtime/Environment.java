package dev.hearth.runtime;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.TimeZone;

/** The process's environment variables, which Java itself only reads. */
final class Environment {
    private Environment() {}

    static void put(Map<String, String> variables) {
        if (!variables.isEmpty()) {
            writable().putAll(variables);
        }
        String zone = variables.get("TZ");
        if (zone != null) {
            TimeZone.setDefault(TimeZone.getTimeZone(zone));
        }
    }

    /** What System.getenv shows, and what ProcessBuilder.environment starts from; the process's own stays as it is. */
    @SuppressWarnings("unchecked")
    private static Map<String, String> writable() {
        try {
            Map<String, String> shown = System.getenv();
            Field behind = shown.getClass().getDeclaredField("m");
            behind.setAccessible(true);
            return (Map<String, String>) behind.get(shown);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("start with --add-opens java.base/java.util=ALL-UNNAMED", e);
        }
    }
}
