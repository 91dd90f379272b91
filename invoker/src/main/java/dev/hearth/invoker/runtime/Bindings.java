package dev.hearth.invoker.runtime;

import dev.hearth.common.archive.ArchiveLimits;
import dev.hearth.common.config.NodeConfig;
import dev.hearth.invoker.InvokerConfig;
import dev.hearth.invoker.docker.EngineLimits;
import dev.hearth.invoker.image.CodeSettings;
import dev.hearth.invoker.pool.EvictionPolicy;
import dev.hearth.invoker.pool.PoolLimits;
import dev.hearth.invoker.pool.StemClass;
import dev.hearth.invoker.pool.StemGrowth;
import dev.hearth.invoker.tunnel.TunnelSettings;
import dev.hearth.invoker.tunnel.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Gives each part of the invoker its share of the configuration. */
final class Bindings {
    // Registration bounds entries and depth by its own settings; these only stop what never came through it.
    private static final int CODE_ENTRIES = 1_000_000;
    private static final int CODE_DEPTH = 256;
    /** The runtime whose process cannot be given less memory than it started with. */
    private static final String SIZED_AT_START = "java";

    private Bindings() {}

    static RuntimeSettings runtime(InvokerConfig config, long epoch) {
        return new RuntimeSettings(
                config.id(),
                epoch,
                (int) config.window().value(),
                config.clocks().start(),
                config.clocks().adoptGrace(),
                config.clocks().killGrace(),
                config.clocks().bridgeGrace(),
                config.clocks().killRetry(),
                config.removals(),
                (int) config.logs().one().value(),
                config.logs().all().value(),
                config.logs().tail(),
                config.clocks().heartbeat(),
                config.clocks().rest(),
                config.clocks().announceAfter());
    }

    static EngineLimits engine(NodeConfig.Docker docker) {
        return new EngineLimits(
                docker.calls(),
                docker.kills(),
                docker.pulls(),
                docker.waiting(),
                docker.create(),
                docker.kill(),
                docker.remove(),
                docker.timeout(),
                docker.pull(),
                EngineLimits.DEFAULT.heartbeat(),
                docker.reconnect());
    }

    /** Archives were checked at registration; their own count of bytes bounds them here, and this what is left. */
    static CodeSettings code(InvokerConfig config) {
        ArchiveLimits archive = new ArchiveLimits(CODE_ENTRIES, config.budget().code(), CODE_DEPTH);
        return new CodeSettings(
                config.budget().code(),
                config.budget().diskFree(),
                archive,
                config.clocks().code());
    }

    static List<StemClass> stems(InvokerConfig config, NodeConfig node) {
        List<StemClass> stems = new ArrayList<>();
        config.stems().counts().forEach((runtime, count) -> {
            String image = node.runtimes().get(runtime);
            if (image != null && count > 0) {
                stems.add(new StemClass(
                        runtime,
                        image,
                        config.stems().memory(),
                        runtime.equals(SIZED_AT_START),
                        config.stems().disk(),
                        count));
            }
        });
        return stems;
    }

    private static StemGrowth growth(InvokerConfig.Stems stems) {
        return new StemGrowth(stems.most(), stems.settle(), stems.learn(), stems.classes(), Set.of(SIZED_AT_START));
    }

    static PoolLimits pool(InvokerConfig config, List<StemClass> stems) {
        return new PoolLimits(
                config.budget().memory(),
                config.budget().scratch(),
                config.budget().images(),
                config.budget().slots(),
                config.budget().starts(),
                config.sharing(),
                stems,
                growth(config.stems()),
                EvictionPolicy.named(config.eviction()),
                config.clocks().start(),
                config.clocks().retryLeast(),
                config.clocks().retryMost(),
                config.budget().gpus());
    }

    static TunnelSettings tunnel(InvokerConfig config, NodeConfig node, Upstream upstream) {
        InvokerConfig.TunnelBounds bounds = config.tunnel();
        return new TunnelSettings(
                upstream.heads(),
                upstream.files(),
                bounds.port(),
                bounds.connections(),
                bounds.silence(),
                node.docker().pull());
    }
}
