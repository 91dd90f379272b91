package dev.hearth.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request to the node.
 *
 * @param path with its query
 * @param headers besides those that every request has
 * @param event the body; empty for none
 * @param repeatable whether it may be sent again where nobody knows what became of it
 * @param timeout for one answer, the whole of it
 */
record Request(
        String method,
        String path,
        Map<String, String> headers,
        Optional<Event> event,
        boolean repeatable,
        Duration timeout) {
    static Request of(String method, String path, Duration timeout) {
        return new Request(method, path, Map.of(), Optional.empty(), true, timeout);
    }

    Request with(Event body) {
        return new Request(method, path, headers, Optional.of(body), repeatable, timeout);
    }

    Request header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Request(method, path, more, event, repeatable, timeout);
    }

    Request once() {
        return new Request(method, path, headers, event, false, timeout);
    }
}
