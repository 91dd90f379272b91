package dev.hearth.invoker.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.hearth.invoker.docker.EngineFault.Kind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Fetches an image: the engine answers with a stream of progress in which it also says that it failed. Blocks. */
final class ImagePull {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> MISSING = List.of(
            "not found", "manifest unknown", "does not exist", "no such", "name unknown", "repository name not known");

    private ImagePull() {}

    static void pull(EngineLink.Live live, String reference) throws IOException {
        String path = "/images/create?fromImage=" + URLEncoder.encode(complete(reference), StandardCharsets.UTF_8);
        try (Response response = live.send(Request.Method.POST, path);
                MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class).readValues(response.getBody())) {
            String failure = response.getStatusCode() < 300 ? "" : "status " + response.getStatusCode();
            while (lines.hasNextValue()) {
                JsonNode line = lines.nextValue();
                String said = line.path("error").asText(line.path("message").asText(""));
                failure = said.isEmpty() ? failure : said;
            }
            if (!failure.isEmpty()) {
                throw fault(reference, failure);
            }
        }
    }

    /** Without a tag the engine would fetch all of them. */
    static String complete(String reference) {
        boolean digest = reference.contains("@");
        boolean tag = reference.indexOf(':', reference.lastIndexOf('/') + 1) >= 0;
        return digest || tag ? reference : reference + ":latest";
    }

    static EngineFault fault(String reference, String said) {
        String lower = said.toLowerCase(Locale.ROOT);
        Kind kind = MISSING.stream().anyMatch(lower::contains) ? Kind.NO_SUCH_IMAGE : Kind.OTHER;
        return new EngineFault(kind, "The engine did not pull image " + reference + ": " + said);
    }
}
