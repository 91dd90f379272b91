package dev.hearth.deploy;

import dev.hearth.gateway.Gateway;
import dev.hearth.invoker.runtime.Invoker;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Gateway and invoker in one process: composes the object graph, top-down. */
final class Standalone {

    private Standalone() {}

    /**
     * Starts everything; what was started is stopped again when a part fails.
     *
     * @throws BootException with the reason
     */
    static Node start(HearthConfig config) {
        requireBridge(config.invoker().bridge());
        try (BootWatch watch = BootWatch.ofProcess(config.node().bootTimeout())) {
            watch.at("the data folder " + config.node().data());
            return started(Node.start(config.node()), config, watch);
        }
    }

    private static Node started(Node node, HearthConfig config, BootWatch watch) {
        Duration timeout = config.node().startTimeout();
        try {
            node.folder().keepNodeId(config.invoker().id());
            watch.at("the meters");
            Metrics metrics = new Metrics();
            MeterRegistry meters = metrics.registry();
            node.deployOnEachLoop("the watch over event loops", () -> new LoopLag(meters), timeout);
            watch.at("the gateway");
            node.deploy("the gateway", new Gateway(config.gateway(), config.node(), meters, metrics), timeout);
            watch.at("the invoker");
            node.deploy("the invoker", new Invoker(config.invoker(), config.node(), meters), timeout);
            node.ready("standalone");
            return node;
        } catch (RuntimeException e) {
            watch.at("the stop after a part failed: " + e.getMessage());
            node.stop();
            throw e;
        }
    }

    private static void requireBridge(Path bridge) {
        if (!Files.isExecutable(bridge) || Files.isDirectory(bridge)) {
            throw new BootException("the bridge is missing at " + bridge
                    + ": build it with deploy/up.sh, or say where it is with --set invoker.bridge=FILE");
        }
    }
}
