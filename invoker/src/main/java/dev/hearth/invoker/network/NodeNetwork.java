package dev.hearth.invoker.network;

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
    private final Wiring wiring;
    private final Addresses addresses;
    private final Path devices;
    private @Nullable Future<List<Ipv4Block>> wallUp;

    /** Touches nothing before the first container asks. */
    public NodeNetwork(Vertx vertx, NetworkSettings settings) {
        this.settings = settings;
        work = new BlockingWork(vertx, "network", new BlockingWork.Bounds(COMMANDS, WAITING));
        Command command = new Command(settings.deadline());
        wall = new Wall(settings, command);
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
     */
    public record Way(Link link, String resolvConf) {}

    /** An address for a container that is about to be created; fails with {@link NetworkFault}. */
    public Future<Way> take() {
        if (!settings.enabled()) {
            return Future.failedFuture(new NetworkFault(
                    "network.enabled is off on node " + settings.node() + ": it gives no function a network"));
        }
        return wallUp().compose(resolvers -> {
            OptionalInt number = addresses.take(now());
            if (number.isEmpty()) {
                return Future.failedFuture(new NetworkFault("all addresses of network.addresses = " + settings.block()
                        + " are in use or rest; " + addresses.inUse() + " are in use"));
            }
            return Future.succeededFuture(new Way(link(number.getAsInt()), Resolvers.file(resolvers)));
        });
    }

    /** The link of a container of an earlier life, if it is there. */
    public Optional<Link> claim(String address) {
        Ipv4Block one = Ipv4Block.parse(address);
        int number = settings.block().indexOf(one);
        if (!settings.block().contains(one)
                || !Files.exists(devices.resolve(link(number).device()))) {
            return Optional.empty();
        }
        if (!addresses.claim(number)) {
            return Optional.empty();
        }
        wallUp().onFailure(fault -> LOG.warn("event=firewall_not_up reason=\"{}\"", fault.getMessage()));
        return Optional.of(link(number));
    }

    /** Puts the link into a started container. */
    public Future<Void> attach(Link link, String engineId, long pid) {
        return work.act(settings.deadline().multipliedBy(STEPS), () -> wiring.attach(link, engineId, pid));
    }

    /** The container is gone, and with it its link, or will be soon. */
    public void release(Link link) {
        int number = settings.block().indexOf(Ipv4Block.parse(link.address()));
        work.act(settings.deadline().multipliedBy(STEPS), () -> {
                    if (Files.exists(devices.resolve(link.device()))) {
                        wiring.detach(link);
                    }
                })
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

    private Link link(int number) {
        return new Link(
                settings.devices() + Integer.toHexString(number),
                settings.block().address(number));
    }

    private Future<List<Ipv4Block>> wallUp() {
        Future<List<Ipv4Block>> known = wallUp;
        if (known != null && !known.failed()) {
            return known;
        }
        Future<List<Ipv4Block>> building = build();
        wallUp = building;
        building.onSuccess(resolvers -> LOG.info(
                "event=firewall_up addresses={} devices={} resolvers={}",
                settings.block(),
                settings.devices(),
                resolvers));
        return building;
    }

    private Future<List<Ipv4Block>> build() {
        return work.run(settings.deadline().multipliedBy(2 * STEPS), wall::build);
    }

    private void repair() {
        if (addresses.inUse() > 0) {
            build().onFailure(fault ->
                    LOG.warn("event=firewall_not_repaired reason=\"{}\" action=retry", fault.getMessage()));
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public void close() {
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
