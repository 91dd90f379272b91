package dev.hearth.common.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a process needs to know whatever its role.
 *
 * @param data folder of everything that the node keeps, absolute
 * @param eventLoops event loop threads
 * @param bootTimeout bound of the whole start
 * @param startTimeout bound of the start of each part
 * @param stopTimeout bound of an orderly stop
 * @param throughBytes whether bus messages are written and read within one process too
 * @param docker how to speak to the engine
 * @param runtimes image by name of the runtime
 */
public record NodeConfig(
        Path data,
        int eventLoops,
        Duration bootTimeout,
        Duration startTimeout,
        Duration stopTimeout,
        boolean throughBytes,
        Docker docker,
        Map<String, String> runtimes) {
    /** The keys that it is bound from. */
    public static final List<Setting<?>> SETTINGS = NodeSettings.ALL;

    public NodeConfig {
        runtimes = Map.copyOf(runtimes);
    }

    /**
     * How to speak to the Docker Engine.
     *
     * @param host URI of its socket
     * @param calls calls at one time, pulls and kills aside
     * @param kills kills at one time
     * @param pulls pulls at one time
     * @param waiting calls of each kind that may wait for their turn
     * @param reconnect between two tries to hear events again
     * @param timeout of a call that has no other
     * @param create timeout of creating or starting a container
     * @param kill timeout of killing one
     * @param remove timeout of removing a container or an image
     * @param pull timeout of pulling an image
     */
    public record Docker(
            String host,
            int calls,
            int kills,
            int pulls,
            int waiting,
            Duration reconnect,
            Duration timeout,
            Duration create,
            Duration kill,
            Duration remove,
            Duration pull) {
        private static Docker bind(Settings settings) {
            return new Docker(
                    settings.read(NodeSettings.DOCKER_HOST_URI),
                    settings.read(NodeSettings.DOCKER_CALLS),
                    settings.read(NodeSettings.DOCKER_KILLS),
                    settings.read(NodeSettings.DOCKER_PULLS),
                    settings.read(NodeSettings.DOCKER_WAITING),
                    settings.read(NodeSettings.DOCKER_RECONNECT),
                    settings.read(NodeSettings.DOCKER_TIMEOUT),
                    settings.read(NodeSettings.CREATE_TIMEOUT),
                    settings.read(NodeSettings.KILL_TIMEOUT),
                    settings.read(NodeSettings.REMOVE_TIMEOUT),
                    settings.read(NodeSettings.PULL_TIMEOUT));
        }
    }

    /**
     * Reads the keys.
     *
     * @param cores processors of the machine
     */
    public static NodeConfig bind(Settings settings, int cores) {
        return new NodeConfig(
                settings.read(NodeSettings.DATA, () -> dataFolder(settings)),
                settings.read(NodeSettings.EVENT_LOOPS, () -> Math.max(1, cores / 4)),
                settings.read(NodeSettings.BOOT_TIMEOUT),
                settings.read(NodeSettings.START_TIMEOUT),
                settings.read(NodeSettings.STOP_TIMEOUT),
                settings.read(NodeSettings.THROUGH_BYTES),
                Docker.bind(settings),
                Map.of(
                        "python3", settings.read(NodeSettings.PYTHON3),
                        "nodejs", settings.read(NodeSettings.NODEJS),
                        "java", settings.read(NodeSettings.JAVA),
                        "native", settings.read(NodeSettings.NATIVE)));
    }

    private static Path dataFolder(Settings settings) {
        String home = settings.variable("HOME").orElse(System.getProperty("user.home", "/"));
        return settings.variable("XDG_DATA_HOME")
                .map(Path::of)
                .orElse(Path.of(home, ".local", "share"))
                .resolve("hearth")
                .toAbsolutePath();
    }
}
