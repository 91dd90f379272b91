package dev.hearth.invoker.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.hearth.invoker.docker.EngineFault.Kind;
import java.io.IOException;
import java.io.InputStream;

/** Loads the images of an archive; the engine answers with a stream in which it also says that it failed. Blocks. */
final class ImageLoad {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ImageLoad() {}

    static void load(EngineLink.Live live, InputStream archive) throws IOException {
        Request request = Request.builder()
                .method(Request.Method.POST)
                .path("/v" + live.version() + "/images/load?quiet=1")
                .putHeader("Content-Type", "application/x-tar")
                .body(archive)
                .build();
        try (Response response = live.http().execute(request);
                MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class).readValues(response.getBody())) {
            String failure = response.getStatusCode() < 300 ? "" : "status " + response.getStatusCode();
            while (lines.hasNextValue()) {
                JsonNode line = lines.nextValue();
                String said = line.path("error").asText(line.path("message").asText(""));
                failure = said.isEmpty() ? failure : said;
            }
            if (!failure.isEmpty()) {
                throw new EngineFault(Kind.OTHER, "The engine did not load the image's archive: " + failure);
            }
        }
    }
}
