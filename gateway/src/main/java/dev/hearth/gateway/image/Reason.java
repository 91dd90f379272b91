package dev.hearth.gateway.image;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;

/** Finds the sentence in what the engine or the way to it threw. */
final class Reason {
    private static final JsonMapper JSON = new JsonMapper();

    private Reason() {}

    static String of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof DockerException)) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage());
        if (root instanceof IOException) {
            return "the engine does not answer: " + message + "; is it running?";
        }
        return told(message);
    }

    /** The engine's own words in {@code Status 500: {"message":"..."}}. */
    private static String told(String message) {
        int body = message.indexOf('{');
        if (body < 0) {
            return message;
        }
        try {
            return JSON.readTree(message.substring(body)).path("message").asText(message);
        } catch (IOException notJson) {
            return message;
        }
    }
}
