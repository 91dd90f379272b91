package dev.hearth.deploy;

import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.common.pki.PkiFault;
import dev.hearth.deploy.member.Member;
import dev.hearth.deploy.monitor.WorkerPort;
import dev.hearth.gateway.Gateway;
import dev.hearth.gateway.cluster.ClusterPort;
import dev.hearth.invoker.runtime.Invoker;
import dev.hearth.invoker.tunnel.Upstream;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Composes the object graph of a process by its role, top-down. */
final class Roles {
    private Roles() {}

    /** Gateway and invoker in one process; a member of a cluster too when it is told the address for that. */
    static Node standalone(HearthConfig config) {
        return start(Role.STANDALONE, config);
    }

    /**
     * Starts everything; what was started is stopped again when a part fails.
     *
     * @throws BootException with the reason
     */
    static Node start(Role role, HearthConfig config) {
        if (role.hasInvoker()) {
            requireBridge(config.invoker().bridge());
        }
        DataFolder folder = DataFolder.hold(config.node().data());
        Optional<Member> member;
        try {
            folder.keepNodeId(config.invoker().id());
            // Before the watch: a worker waits for its head as long as it takes.
            member = member(role, config);
        } catch (PkiFault fault) {
            release(folder);
            throw new BootException(String.valueOf(fault.getMessage()), fault);
        } catch (RuntimeException e) {
            release(folder);
            throw e;
        }
        try (BootWatch watch = BootWatch.ofProcess(config.node().bootTimeout())) {
            watch.at("the event bus");
            return started(Node.start(config.node(), folder, member), role, new Plan(config, member, watch));
        }
    }

    /** What a start goes by. */
    private record Plan(HearthConfig config, Optional<Member> member, BootWatch watch) {}

    private static Optional<Member> member(Role role, HearthConfig config) {
        String node = config.invoker().id();
        return switch (role) {
            case INVOKER -> Optional.of(Member.worker(config.cluster(), node));
            case GATEWAY -> Optional.of(Member.head(config.cluster(), node));
            case STANDALONE ->
                config.cluster().isGiven() ? Optional.of(Member.head(config.cluster(), node)) : Optional.empty();
        };
    }

    private static Node started(Node node, Role role, Plan plan) {
        HearthConfig config = plan.config();
        Duration timeout = config.node().startTimeout();
        try {
            plan.watch().at("the meters");
            Metrics metrics = new Metrics();
            MeterRegistry meters = metrics.registry();
            metrics.folder(config.node().data());
            plan.member()
                    .ifPresent(member -> metrics.certificate(
                            member.identity().certificate().getNotAfter().toInstant()));
            node.deployOnEachLoop("the watch over event loops", () -> new LoopLag(meters), timeout);
            if (role.hasGateway()) {
                plan.watch().at("the gateway");
                Optional<ClusterPort.Place> cluster = plan.member().map(Roles::clusterPort);
                node.deploy(
                        "the gateway", new Gateway(config.gateway(), config.node(), meters, metrics, cluster), timeout);
            }
            if (role.hasInvoker()) {
                plan.watch().at("the invoker");
                Optional<Upstream> upstream =
                        role.hasGateway() ? Optional.empty() : plan.member().map(Roles::upstream);
                Invoker invoker = new Invoker(config.invoker(), config.node(), meters, upstream, monitor(role, plan));
                if (!role.hasGateway()) {
                    node.deploy("the worker's port", workerPort(plan, metrics, invoker), timeout);
                }
                node.deploy("the invoker", invoker, timeout);
            }
            node.ready(role.toString());
            return node;
        } catch (RuntimeException e) {
            plan.watch().at("the stop after a part failed: " + e.getMessage());
            node.stop();
            throw e;
        }
    }

    /** Where the gateways say that the metrics of this process are; those of a gateway's own are at its own port. */
    private static String monitor(Role role, Plan plan) {
        return role.hasGateway()
                ? ""
                : plan.member()
                        .map(member -> plan.config()
                                .monitor()
                                .advertised(member.config().host()))
                        .orElse("");
    }

    private static WorkerPort workerPort(Plan plan, Metrics metrics, Invoker invoker) {
        HearthConfig config = plan.config();
        return new WorkerPort(
                config.monitor(),
                config.node().data(),
                new IdentityFiles(config.cluster().folder()),
                metrics,
                invoker::fault);
    }

    private static ClusterPort.Place clusterPort(Member member) {
        return new ClusterPort.Place(
                member.config().host(), member.config().headPort(), member.identity(), member.authority());
    }

    /** The heads from which a worker takes images: those that it was told of. */
    private static Upstream upstream(Member member) {
        List<SocketAddress> heads = member.config().join().stream()
                .map(head -> SocketAddress.inetSocketAddress(head.headPort(), head.host()))
                .toList();
        return new Upstream(() -> heads, member.identity().files());
    }

    private static void release(DataFolder folder) {
        try {
            folder.close();
        } catch (IOException e) {
            throw new BootException("the data folder was not released: " + e, e);
        }
    }

    private static void requireBridge(Path bridge) {
        if (!Files.isExecutable(bridge) || Files.isDirectory(bridge)) {
            throw new BootException("the bridge is missing at " + bridge
                    + ": build it with deploy/up.sh, or say where it is with --set invoker.bridge=FILE");
        }
    }
}
