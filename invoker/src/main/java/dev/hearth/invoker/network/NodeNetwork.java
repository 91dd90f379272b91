package dev.hearth.invoker.network;

import dev.hearth.common.function.Ipv4Block;
import dev.hearth.common.function.Network;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.invoker.blocking.BlockingWork;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives containers of this node their way to the internet; lives on one event loop.
 *
 * <p>The firewall is put up before the first link and put right at a beat as long as there are links: whoever flushes the
 * machine's rules takes the functions' walls down with them. It stays when the node stops, since containers may go on.
 */
public final class NodeNetwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeNetwork.class);
    private static final int COMMANDS = 2;
    private static final int WAITING = 1_024;
    private static final int STEPS = 4;

    /** A forgotten connection's packets are given up by then, but for its keep-alives. */
    private static final long REST_MILLIS = 120_000;

    private final NetworkSettings settings;
    private final BlockingWork work;
    private final Wall wall;
    private final Fences fences;
    private final NameServer nameServer;
    private final Wiring wiring;
    private final Addresses addresses;
    private final Path devices;
    private @Nullable Future<Void> wallUp;
    private @Nullable Future<Void> nameServerUp;

    /** Touches nothing before the first container asks. */
    public NodeNetwork(Vertx vertx, NetworkSettings settings) {
        this.settings = settings;
        work = new BlockingWork(vertx, "network", new BlockingWork.Bounds(COMMANDS, WAITING));
        Command command = new Command(settings.deadline());
        wall = new Wall(settings, command);
        fences = new Fences(settings, work, wall);
        nameServer = new NameServer(vertx, settings, fences);
        wiring = new Wiring(command);
        addresses = new Addresses(settings.block().size(), REST_MILLIS);
        devices = Path.of("/sys/class/net");
        vertx.setPeriodic(settings.repair().toMillis(), ignored -> repair());
    }

    /**
     * What a container with a network is created with.
     *
     * @param link its link, which is not there yet
     * @param resolvConf its file of that name
     * @param fence done when the kernel knows what its function may reach
     */
    public record Way(Link link, String resolvConf, Future<Void> fence) {}

    /** An address for a container that has no network yet; fails with {@link NetworkFault}. */
    public Future<Way> take(Network network) {
        if (!settings.enabled()) {
            return Future.failedFuture(new NetworkFault(
                    "network.enabled is off on node " + settings.node() + ": it gives no function a network"));
        }
        Future<Void> ready = network.fenced() ? nameServerUp() : wallUp();
        return ready.compose(up -> {
            OptionalInt number = addresses.take(now());
            if (number.isEmpty()) {
                return Future.failedFuture(new NetworkFault("all addresses of network.addresses = " + settings.block()
                        + " are in use or rest; " + addresses.inUse() + " are in use"));
            }
            Link link = link(number.getAsInt(), network.fenced());
            if (!link.fenced()) {
                return Future.succeededFuture(
                        new Way(link, Resolvers.file(fences.resolvers()), Future.succeededFuture()));
            }
            Ipv4Block own = Ipv4Block.parse(settings.nameServer());
            Future<Void> fence = fences.add(link, network.allow());
            return Future.succeededFuture(new Way(link, Resolvers.file(List.of(own)), fence));
        });
    }

    /** The link of a container of an earlier life, if it is there. */
    public Optional<Link> claim(String address) {
        Ipv4Block one = Ipv4Block.parse(address);
        int number = settings.block().indexOf(one);
        Optional<Link> there = Stream.of(link(number, false), link(number, true))
                .filter(link -> Files.exists(devices.resolve(link.device())))
                .findFirst();
        if (there.isEmpty() || !settings.block().contains(one) || !addresses.claim(number)) {
            return Optional.empty();
        }
        // As early as can be: what runs there has been without it if somebody took it down meanwhile.
        wallUp().onFailure(fault -> LOG.warn("event=firewall_not_up reason=\"{}\"", fault.getMessage()));
        return there;
    }

    /**
     * Gives a link of an earlier life its firewall again, and its fence if it has one; names must be asked for anew. Done when
     * the kernel knows them: before that its function may reach what it must not.
     */
    public Future<Void> guard(Link link, Network network) {
        return (link.fenced() ? fenced(link, network) : wallUp())
                .onFailure(fault -> LOG.warn("event=link_not_guarded link={} reason=\"{}\"", link, fault.getMessage()));
    }

    private Future<Void> fenced(Link link, Network network) {
        Future<Void> fence = fences.add(link, network.allow());
        return nameServerUp().compose(up -> fence);
    }

    /** Puts the link into a started container; done when what its function may reach is reached. */
    public Future<Void> attach(Way way, String engineId, long pid) {
        return work.act(settings.deadline().multipliedBy(STEPS), () -> wiring.attach(way.link(), engineId, pid))
                .compose(attached -> way.fence());
    }

    /** The container is gone, and with it its link, or will be soon. */
    public void release(Link link) {
        int number = settings.block().indexOf(Ipv4Block.parse(link.address()));
        work.act(settings.deadline().multipliedBy(STEPS), () -> {
                    if (Files.exists(devices.resolve(link.device()))) {
                        wiring.detach(link);
                    }
                })
                .transform(ignored -> fences.remove(link))
                .onComplete(ignored -> addresses.release(number, now()));
    }

    /** What has gone over the link; nothing when it is not there. */
    public Traffic traffic(Link link) {
        Path counters = devices.resolve(link.device()).resolve("statistics");
        // Two numbers out of the kernel's memory: no disk and no lock, some ten microseconds.
        return new Traffic(counter(counters.resolve("tx_bytes")), counter(counters.resolve("rx_bytes")));
    }

    private static long counter(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException gone) {
            return 0;
        }
    }

    private Link link(int number, boolean fenced) {
        String kind = fenced ? NetworkSettings.FENCE : "";
        return new Link(
                settings.devices() + kind + Integer.toHexString(number),
                settings.block().address(number),
                fenced);
    }

    private Future<Void> wallUp() {
        Future<Void> known = wallUp;
        if (known != null && !known.failed()) {
            return known;
        }
        Future<Void> building = fences.build();
        wallUp = building;
        building.onSuccess(up -> LOG.info(
                "event=firewall_up addresses={} devices={} resolvers={}",
                settings.block(),
                settings.devices(),
                fences.resolvers()));
        return building;
    }

    private Future<Void> nameServerUp() {
        Future<Void> known = nameServerUp;
        if (known != null && !known.failed()) {
            return known;
        }
        Future<Void> opening = work.act(settings.deadline(), () -> wall.address(settings.nameServer()))
                .compose(done -> nameServer.listen())
                .compose(port -> {
                    fences.nameServer(port);
                    LOG.info("event=name_server_up address={} port={}", settings.nameServer(), port);
                    return fences.build();
                });
        nameServerUp = opening;
        wallUp = opening;
        return opening;
    }

    private void repair() {
        if (addresses.inUse() > 0) {
            fences.build()
                    .onFailure(fault ->
                            LOG.warn("event=firewall_not_repaired reason=\"{}\" action=retry", fault.getMessage()));
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public void close() {
        nameServer.close();
        work.close();
    }

    /** Sets one of the kernel's switches; blocks. */
    static void set(Path file, String value) {
        try {
            if (!Files.readString(file).strip().equals(value)) {
                Files.writeString(file, value);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("functions with a network need root on the node: " + failed, failed);
        }
    }
}
