package dev.hearth.common.config;

/**
 * The value that a setting has in this process.
 *
 * @param setting which
 * @param text the value
 * @param source {@code default}, {@code computed}, {@code command line}, a variable's name or a file's path
 */
public record Effective(Setting<?> setting, String text, String source) {}
