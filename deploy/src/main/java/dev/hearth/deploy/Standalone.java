package dev.hearth.deploy;

import java.nio.file.Files;
import java.nio.file.Path;

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
        Node node = Node.start(config.node());
        try {
            node.folder().keepNodeId(config.invoker().id());
            node.ready("standalone");
            return node;
        } catch (RuntimeException e) {
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
