package dev.hearth.invoker.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a container's link: a routed pair of interfaces, with no bridge and no neighbours. Blocks.
 *
 * <p>The far end is made inside the container's network namespace, so the kernel takes the whole link down with the container.
 * Both ends know each other's hardware address from the start and never ask for it.
 */
final class Wiring {
    private static final String HERE = "02:68:65:61:72:01";
    private static final String THERE = "02:68:65:61:72:02";

    /** Only a next hop: nobody has this address. */
    private static final String NEXT_HOP = "169.254.1.1";

    private final Command command;

    Wiring(Command command) {
        this.command = command;
    }

    void attach(Link link, String engineId, long pid) throws InterruptedException {
        mustBe(engineId, pid);
        // One process of ours for all steps: each start and end of one is two changes of threads on the path of a call.
        command.run(script(link, pid), List.of("sh", "-e"));
    }

    void detach(Link link) throws InterruptedException {
        // It may go by itself meanwhile; what counts is that it is gone.
        command.end("", List.of("ip", "link", "del", link.device()));
    }

    private static String script(Link link, long pid) {
        return String.join(
                "\n",
                "PATH=/usr/sbin:/sbin:/usr/bin:/bin",
                "nsenter -t " + pid
                        + " -n sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; exec ip -batch -' <<'END'",
                there(link) + "END",
                "echo 1 >/proc/sys/net/ipv4/conf/" + link.device() + "/rp_filter",
                "six=/proc/sys/net/ipv6/conf/" + link.device() + "/disable_ipv6",
                "if [ -e $six ]; then echo 1 >$six; fi",
                "exec ip -batch - <<'END'",
                here(link) + "END",
                "");
    }

    /** Makes both ends in one step, out of the container, so that the one here is never without the other. */
    private static String there(Link link) {
        return String.join(
                "\n",
                "link add eth0 address " + THERE + " type veth peer name " + link.device() + " address " + HERE
                        + " netns " + ProcessHandle.current().pid(),
                "addr add " + link.address() + "/32 dev eth0",
                "link set eth0 up",
                "neigh replace " + NEXT_HOP + " lladdr " + HERE + " dev eth0 nud permanent",
                "route add " + NEXT_HOP + "/32 dev eth0 scope link",
                "route add default via " + NEXT_HOP + " dev eth0",
                "");
    }

    private static String here(Link link) {
        return String.join(
                "\n",
                "link set " + link.device() + " up",
                "neigh replace " + link.address() + " lladdr " + THERE + " dev " + link.device() + " nud permanent",
                "route add " + link.address() + "/32 dev " + link.device(),
                "");
    }

    /** A number of a process may be given anew when its process has died: it must be a process of that container. */
    private static void mustBe(String engineId, long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            boolean ours =
                    pid > 0 && Files.readString(process.resolve("cgroup")).contains(engineId);
            Path namespace = Files.readSymbolicLink(process.resolve("ns/net"));
            if (!ours || namespace.equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")))) {
                throw new NetworkFault("process " + pid + " is not that of container " + engineId);
            }
        } catch (NoSuchFileException dead) {
            throw new NetworkFault("the container ended before it had its network", dead);
        } catch (IOException failed) {
            throw new UncheckedIOException("functions with a network need root on the node: " + failed, failed);
        }
    }
}
