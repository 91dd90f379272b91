package dev.hearth.invoker.network;

import dev.hearth.common.function.Destination;
import dev.hearth.common.function.Ipv4Block;
import dev.hearth.invoker.blocking.BlockingWork;
import dev.hearth.invoker.network.Firewall.Now;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fences of all links and the way of every change to the firewall: one at a time, and what comes meanwhile goes together
 * into the next. So a program that asks for names without end keeps one process of the machine busy, not one a name.
 *
 * <p>Lives on one event loop. A change that fails leaves links closed rather than open; the next repair puts it right.
 */
final class Fences {
    private final NetworkSettings settings;
    private final BlockingWork work;
    private final Wall wall;
    private final Firewall firewall;
    private final Map<String, Fence> byDevice = new TreeMap<>();
    private final Map<String, Link> byAddress = new HashMap<>();
    private final Set<String> changed = new HashSet<>();
    private final Set<String> gone = new HashSet<>();
    private boolean all;
    private boolean running;
    private @Nullable Promise<Void> next;
    private Future<Void> last = Future.succeededFuture();
    private List<Ipv4Block> resolvers = List.of();
    private int nameServer;

    Fences(NetworkSettings settings, BlockingWork work, Wall wall) {
        this.settings = settings;
        this.work = work;
        this.wall = wall;
        firewall = new Firewall(settings);
    }

    /** The name servers that functions asked when the firewall was put up last. */
    List<Ipv4Block> resolvers() {
        return resolvers;
    }

    /** The node's own name server listens at this port. */
    void nameServer(int port) {
        nameServer = port;
    }

    /** Puts the whole firewall up or right, without what has expired. */
    Future<Void> build() {
        long now = System.nanoTime() / 1_000_000;
        byDevice.forEach((device, fence) -> {
            if (fence.expire(now)) {
                changed.add(device);
            }
        });
        all = true;
        return change();
    }

    /** Puts a fence around a link. */
    Future<Void> add(Link link, List<Destination> allow) {
        byDevice.put(link.device(), new Fence(allow, settings.bounds()));
        byAddress.put(link.address(), link);
        gone.remove(link.device());
        return changed(link);
    }

    /** The link is gone. */
    Future<Void> remove(Link link) {
        byAddress.remove(link.address());
        if (byDevice.remove(link.device()) == null) {
            return Future.succeededFuture();
        }
        changed.remove(link.device());
        gone.add(link.device());
        return change();
    }

    /** The link whose container has the address, if it has a fence. */
    @Nullable
    Link link(String address) {
        return byAddress.get(address);
    }

    @Nullable
    Fence of(Link link) {
        return byDevice.get(link.device());
    }

    /** What the fence of the link lets pass has changed; done when the kernel knows. */
    Future<Void> changed(Link link) {
        changed.add(link.device());
        return change();
    }

    /** Done when the kernel knows all that has changed so far. */
    Future<Void> settled() {
        return last;
    }

    private Future<Void> change() {
        Promise<Void> waiting = next;
        if (waiting == null) {
            waiting = Promise.promise();
            next = waiting;
            last = waiting.future();
        }
        Future<Void> done = waiting.future();
        if (!running) {
            begin(waiting);
        }
        return done;
    }

    private void begin(Promise<Void> waiting) {
        next = null;
        running = true;
        Future<Void> done;
        if (all) {
            done = whole();
        } else {
            String text = part();
            done = work.act(settings.deadline(), () -> wall.put(text));
        }
        done.onComplete(result -> {
            running = false;
            Promise<Void> more = next;
            if (more != null) {
                begin(more);
            }
            waiting.handle(result);
        });
    }

    private Future<Void> whole() {
        all = false;
        return work.run(settings.deadline(), wall::resolvers).compose(found -> {
            resolvers = found;
            Now now = new Now(found, nameServer);
            Map<String, Fence> known = Map.copyOf(byDevice);
            Wall.Plan plan = new Wall.Plan(
                    firewall.chains(now, Map.of()),
                    firewall.chains(now, byDevice),
                    part(),
                    firewall::missing,
                    saved -> firewall.leftovers(saved, known));
            return work.act(settings.deadline().multipliedBy(3), () -> wall.build(plan));
        });
    }

    private String part() {
        String text = changed.isEmpty() && gone.isEmpty() ? "" : firewall.changed(byDevice, changed, gone);
        changed.clear();
        gone.clear();
        return text;
    }
}
