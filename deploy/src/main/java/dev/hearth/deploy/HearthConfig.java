package dev.hearth.deploy;

import dev.hearth.common.cluster.ClusterConfig;
import dev.hearth.common.config.Catalogue;
import dev.hearth.common.config.ConfigException;
import dev.hearth.common.config.Effective;
import dev.hearth.common.config.NodeConfig;
import dev.hearth.common.config.Settings;
import dev.hearth.common.config.Sources;
import dev.hearth.common.units.Durations;
import dev.hearth.deploy.monitor.MonitorConfig;
import dev.hearth.gateway.GatewayConfig;
import dev.hearth.invoker.InvokerConfig;
import dev.hearth.invoker.Machine;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * The whole configuration of one process.
 *
 * @param node what every role needs
 * @param cluster how it takes part in a cluster
 * @param gateway the head's part
 * @param invoker the worker's part
 * @param monitor where a worker tells health and metrics
 * @param effective every value with its source, for people
 */
record HearthConfig(
        NodeConfig node,
        ClusterConfig cluster,
        GatewayConfig gateway,
        InvokerConfig invoker,
        MonitorConfig monitor,
        List<Effective> effective) {
    static final Catalogue CATALOGUE = Catalogue.of(List.of(
            GatewayConfig.SETTINGS,
            InvokerConfig.SETTINGS,
            MonitorConfig.SETTINGS,
            NodeConfig.SETTINGS,
            ClusterConfig.SETTINGS));

    HearthConfig {
        effective = List.copyOf(effective);
    }

    /**
     * Reads all settings for this machine.
     *
     * @throws ConfigException with every fault
     */
    static HearthConfig load(Sources sources) {
        return load(sources, ThisMachine::inspect);
    }

    static HearthConfig load(Sources sources, Function<Path, Machine> machineOf) {
        Settings settings = Settings.load(CATALOGUE, sources);
        NodeConfig node = NodeConfig.bind(settings, ThisMachine.cores());
        ClusterConfig cluster = ClusterConfig.bind(settings, node);
        GatewayConfig gateway = GatewayConfig.bind(settings);
        InvokerConfig invoker = InvokerConfig.bind(settings, node, machineOf.apply(node.data()));
        MonitorConfig monitor = MonitorConfig.bind(settings);
        check(settings, gateway, invoker);
        settings.finish();
        return new HearthConfig(node, cluster, gateway, invoker, monitor, settings.effective());
    }

    private static void check(Settings settings, GatewayConfig gateway, InvokerConfig invoker) {
        settings.require(
                gateway.nodeLostAfter().compareTo(invoker.clocks().heartbeat().multipliedBy(2)) >= 0,
                "gateway.node-lost-after is " + Durations.format(gateway.nodeLostAfter())
                        + ", must be at least two beats of invoker.heartbeat, which is "
                        + Durations.format(invoker.clocks().heartbeat()));
    }
}
