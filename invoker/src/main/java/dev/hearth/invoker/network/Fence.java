package dev.hearth.invoker.network;

import dev.hearth.common.function.Destination;
import dev.hearth.common.function.Destination.Addresses;
import dev.hearth.common.function.Destination.Named;
import dev.hearth.common.function.Ipv4Block;
import dev.hearth.invoker.network.NetworkSettings.Bounds;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one container may reach: the blocks of its list for good, and for a while the addresses of names that it asked for.
 *
 * <p>Addresses of names stand in the order in which they were found last. When there are more than the bound, those found
 * longest ago go. None is special or denied: the firewall refuses those before it looks at a fence, and a name that leads to
 * them only is answered as one without addresses.
 */
final class Fence {
    private final List<Destination> allow;
    private final int most;
    private final Map<Addresses, Long> found = new LinkedHashMap<>();
    private int lookups;

    Fence(List<Destination> allow, Bounds bounds) {
        this.allow = List.copyOf(allow);
        this.most = bounds.addresses();
    }

    /** Whether its list has the name, which is in small letters. */
    boolean covers(String name) {
        return allow.stream().anyMatch(entry -> entry instanceof Named named && named.covers(name));
    }

    /** Opens the addresses of a name of its list until then; true when that changes the rules. */
    boolean open(String name, List<Ipv4Block> addresses, long until) {
        TreeSet<Integer> ports = new TreeSet<>();
        for (Destination entry : allow) {
            if (entry instanceof Named named && named.covers(name)) {
                ports.add(named.port());
            }
        }
        boolean changed = false;
        for (Ipv4Block address : addresses) {
            for (int port : ports) {
                Addresses opened = new Addresses(address, port);
                Long before = found.remove(opened);
                found.put(opened, before == null ? until : Math.max(before, until));
                changed |= before == null;
            }
        }
        Iterator<Addresses> oldest = found.keySet().iterator();
        while (found.size() > most) {
            oldest.next();
            oldest.remove();
            changed = true;
        }
        return changed;
    }

    /** Closes what was opened until now or before; true when that changes the rules. */
    boolean expire(long now) {
        return found.values().removeIf(until -> until <= now);
    }

    /** Counts a lookup in; false when as many are under way as may be. */
    boolean begin(int bound) {
        if (lookups >= bound) {
            return false;
        }
        lookups++;
        return true;
    }

    void end() {
        lookups--;
    }

    /** What it lets pass, as matches of iptables. */
    List<String> rules() {
        List<String> rules = new ArrayList<>();
        for (Destination entry : allow) {
            if (entry instanceof Addresses addresses) {
                add(rules, addresses);
            }
        }
        found.keySet().forEach(addresses -> add(rules, addresses));
        return rules;
    }

    private static void add(List<String> rules, Addresses addresses) {
        String match = "-d " + addresses.block();
        if (addresses.port() == 0) {
            rules.add(match);
        } else {
            rules.add(match + " -p tcp --dport " + addresses.port());
            rules.add(match + " -p udp --dport " + addresses.port());
        }
    }
}
