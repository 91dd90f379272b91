package dev.hearth.invoker.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.docker.CreateRequest.Isolation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The create body as it goes to the engine. */
final class CreateRequestTest {
    private static JsonNode body(List<String> gpus) throws IOException {
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix:///nowhere.sock")
                .build();
        try (DockerClient client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build())) {
            ObjectMapper mapper = DefaultDockerClientConfig.createDefaultConfigBuilder()
                    .build()
                    .getObjectMapper();
            return mapper.valueToTree(CreateRequest.of(client, spec(gpus), Isolation.NETWORK_DISABLED));
        }
    }

    private static ContainerSpec spec(List<String> gpus) {
        return new ContainerSpec(
                "name",
                "host",
                "sha256:0",
                ContainerProgram.ofRuntime(List.of("true"), 50_000),
                Map.of(),
                Map.of(),
                Bytes.ofMiB(64),
                Bytes.ofMiB(4),
                64,
                512,
                OptionalDouble.empty(),
                gpus,
                Path.of("/bridge"),
                new ContainerDirectory("id", Path.of("/id")));
    }

    /** As the Engine API describes DeviceRequest: ids or a count, never both, and sets of capabilities. */
    @Test
    void asksForEachGraphicsProcessorByItsNumberAndForTheCapability() throws IOException {
        JsonNode requests = body(List.of("0", "3")).path("HostConfig").path("DeviceRequests");
        assertThat(requests).hasSize(1);
        JsonNode request = requests.get(0);
        assertThat(request.path("DeviceIDs").toString()).isEqualTo("[\"0\",\"3\"]");
        assertThat(request.path("Capabilities").toString()).isEqualTo("[[\"gpu\"]]");
        assertThat(request.path("Count").asInt()).isZero();
        assertThat(request.path("Driver").asText("")).isIn("", "null");
    }

    @Test
    void asksForNoDeviceOtherwise() throws IOException {
        assertThat(body(List.of()).path("HostConfig").path("DeviceRequests").isEmpty())
                .isTrue();
    }
}
