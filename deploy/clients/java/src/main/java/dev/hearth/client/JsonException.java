package dev.hearth.client;

/** Something is no JSON, or not the JSON that was expected. */
final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }
}
