package dev.hearth.common.config;

/**
 * A value as somebody gave it.
 *
 * @param text not yet parsed
 * @param source where, for people: {@code --set}, a variable's name, a file's path
 */
record Given(String text, String source) {}
