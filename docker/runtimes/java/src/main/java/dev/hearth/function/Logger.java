package dev.hearth.function;

/** Lines for the call's log. */
public interface Logger {
    void info(String line);

    void warn(String line);

    void error(String line);
}
