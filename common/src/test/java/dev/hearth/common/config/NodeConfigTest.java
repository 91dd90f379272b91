package dev.hearth.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.config.NodeConfig.Docker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NodeConfigTest {
    private static final Catalogue CATALOGUE = Catalogue.of(List.of(NodeConfig.SETTINGS));

    @Test
    void hasDefaults() {
        NodeConfig config = bind(new Sources(List.of(), Map.of("HOME", "/home/ada"), Optional.empty()), 4);
        assertThat(config)
                .isEqualTo(new NodeConfig(
                        Path.of("/home/ada/.local/share/hearth"),
                        1,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(45),
                        Duration.ofSeconds(20),
                        false,
                        new Docker(
                                "unix:///var/run/docker.sock",
                                8,
                                4,
                                2,
                                1_024,
                                Duration.ofMillis(250),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(10)),
                        Map.of(
                                "python3",
                                "hearth/python3:latest",
                                "nodejs",
                                "hearth/nodejs:latest",
                                "java",
                                "hearth/java:latest",
                                "native",
                                "hearth/native:latest")));
    }

    @Test
    void readsEveryKey() {
        NodeConfig config = bind(
                Sources.ofFlags(
                        "data=/var/lib/hearth",
                        "event-loops=3",
                        "boot-timeout=3m",
                        "start-timeout=2m",
                        "stop-timeout=1m",
                        "bus.through-bytes=true",
                        "docker.host=tcp://127.0.0.1:2375",
                        "docker.calls=1",
                        "docker.kills=7",
                        "docker.pulls=8",
                        "docker.waiting=9",
                        "docker.reconnect=10s",
                        "docker.timeout=2s",
                        "docker.create-timeout=3s",
                        "docker.kill-timeout=4s",
                        "docker.remove-timeout=5s",
                        "docker.pull-timeout=6s",
                        "runtimes.python3=a",
                        "runtimes.nodejs=b",
                        "runtimes.java=c",
                        "runtimes.native=d"),
                4);
        assertThat(config)
                .isEqualTo(new NodeConfig(
                        Path.of("/var/lib/hearth"),
                        3,
                        Duration.ofMinutes(3),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(1),
                        true,
                        new Docker(
                                "tcp://127.0.0.1:2375",
                                1,
                                7,
                                8,
                                9,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6)),
                        Map.of("python3", "a", "nodejs", "b", "java", "c", "native", "d")));
    }

    @Test
    void refusesBadValuesByName() {
        assertThatThrownBy(() -> bind(Sources.ofFlags("docker.host=docker", "event-loops=0", "docker.calls=-1"), 1))
                .hasMessageContaining("docker.host (command line): 'docker' is not unix:///PATH or tcp://HOST:PORT")
                .hasMessageContaining("event-loops (command line): 0 is out of range: allowed are 1 to 256")
                .hasMessageContaining("docker.calls (command line): -1 is out of range");
    }

    @Test
    void theDataFolderIsHearthHomeElseBelowTheUsersDataFolder() {
        Map<String, String> environment =
                Map.of("HOME", "/home/ada", "XDG_DATA_HOME", "/data", "DOCKER_HOST", "unix:///d");
        NodeConfig config = bind(new Sources(List.of(), environment, Optional.empty()), 1);
        assertThat(config.data()).isEqualTo(Path.of("/data/hearth"));
        assertThat(config.docker().host()).isEqualTo("unix:///d");
        assertThat(bind(new Sources(List.of(), Map.of("HEARTH_HOME", "/h"), Optional.empty()), 1)
                        .data())
                .isEqualTo(Path.of("/h"));
    }

    @Test
    void takesOneEventLoopForFourCores() {
        assertThat(bind(Sources.ofFlags(), 1).eventLoops()).isEqualTo(1);
        assertThat(bind(Sources.ofFlags(), 7).eventLoops()).isEqualTo(1);
        assertThat(bind(Sources.ofFlags(), 16).eventLoops()).isEqualTo(4);
    }

    private static NodeConfig bind(Sources sources, int cores) {
        Settings settings = Settings.load(CATALOGUE, sources);
        NodeConfig config = NodeConfig.bind(settings, cores);
        settings.finish();
        return config;
    }
}
