package dev.hearth.gateway.image;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.net.URI;
import java.time.Duration;

/** Makes the clients of the head's engine. */
final class EngineClients {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private EngineClients() {}

    /** A client that gives a connection up after so much silence. */
    static DockerClient client(ImageSettings settings, Duration silence) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(settings.engine())
                .build();
        var http = new ZerodepDockerHttpClient.Builder()
                .dockerHost(URI.create(settings.engine()))
                .maxConnections(2 * settings.parallel())
                .connectionTimeout(CONNECT)
                .responseTimeout(silence)
                .build();
        return DockerClientImpl.getInstance(config, http);
    }
}
