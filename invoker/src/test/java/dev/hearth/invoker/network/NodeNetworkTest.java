package dev.hearth.invoker.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.Ipv4Block;
import dev.hearth.common.function.Network;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NodeNetworkTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aNodeWithoutANetworkSaysSo() {
        NetworkSettings off = new NetworkSettings(
                false,
                "node-1",
                Ipv4Block.parse("10.9.0.0/16"),
                List.of(),
                List.of(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                FirewallTest.BOUNDS);
        try (NodeNetwork network = new NodeNetwork(vertx, off)) {
            assertThat(network.take(Network.INTERNET).cause())
                    .isInstanceOf(NetworkFault.class)
                    .hasMessage("network.enabled is off on node node-1: it gives no function a network");
            assertThat(network.claim("10.9.0.1")).isEmpty();
            assertThat(network.claim("10.8.0.1")).isEmpty();
        }
    }
}
