package dev.hearth.runtime;

/**
 * An error as the contract reports it.
 *
 * @param type its class, or a word of the contract
 * @param message what it says
 * @param stack where it came from, without the runtime's own frames
 */
record Failure(String type, String message, String stack) {}
