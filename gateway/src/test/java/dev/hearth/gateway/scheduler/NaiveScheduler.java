package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.Gpus;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the scheduler should do, told in the plainest way: after each event, passes over the whole queue by age. */
final class NaiveScheduler {
    private final SchedulerLimits limits;
    private final TreeMap<Long, Waiter> queue = new TreeMap<>();
    private final Map<InvocationId, Waiter> running = new LinkedHashMap<>();
    private final TreeMap<String, Host> hosts = new TreeMap<>();
    private final Map<Bar, Long> bars = new HashMap<>();
    private @Nullable Waiter impatient;
    private @Nullable Host kept;
    private long arrivals;
    private List<Decision> decisions = new ArrayList<>();

    NaiveScheduler(SchedulerLimits limits) {
        this.limits = limits;
    }

    private record Bar(RevisionId revision, String host) {}

    private static final class Waiter {
        final Ticket ticket;
        final long arrival;
        final long since;

        @Nullable
        Host host;

        Waiter(Ticket ticket, long arrival, long since) {
            this.ticket = ticket;
            this.arrival = arrival;
            this.since = since;
        }

        long memory() {
            return ticket.demand().memory().value();
        }

        long scratch() {
            return ticket.demand().scratch().value();
        }

        long gpusOn(Host node) {
            Gpus gpus = ticket.demand().needs().gpus();
            return gpus.equals(Gpus.ALL) ? Math.max(1, node.gpus()) : gpus.count();
        }
    }

    private static final class Host {
        NodeView view;
        Map<RevisionId, Integer> idle;
        Map<String, Integer> stems;

        Host(NodeView view) {
            this.view = view;
            idle = new HashMap<>(view.idle());
            stems = new HashMap<>(view.stems());
        }

        boolean open() {
            return view.ready();
        }

        long slots() {
            return view.capacity().slots() - (long) view.unavailable().slots();
        }

        long memory() {
            return view.capacity().memory().value()
                    - view.unavailable().memory().value();
        }

        long scratch() {
            return view.capacity().scratch().value()
                    - view.unavailable().scratch().value();
        }

        int gpus() {
            return Math.max(0, view.capacity().gpus() - view.unavailable().gpus());
        }

        boolean suits(Waiter call) {
            return call.ticket.demand().needs().labels().pairs().entrySet().stream()
                    .allMatch(label ->
                            label.getValue().equals(view.labels().pairs().get(label.getKey())));
        }

        boolean canHold(Waiter call) {
            return open()
                    && suits(call)
                    && slots() >= 1
                    && memory() >= call.memory()
                    && scratch() >= call.scratch()
                    && gpus() >= call.gpusOn(this);
        }
    }

    /** Whether the call was accepted. */
    boolean submit(Ticket ticket, long now) {
        begin(now);
        pass();
        if (ticket.deadline() < now) {
            decisions.add(new Decision.Expire(ticket.id()));
            return true;
        }
        long allBefore = queue.size();
        long functionBefore = queue.values().stream()
                .filter(call -> call.ticket.function().equals(ticket.function()))
                .count();
        Waiter call = new Waiter(ticket, arrivals++, now);
        queue.put(call.arrival, call);
        pass();
        if (queue.containsKey(call.arrival)
                && (allBefore >= limits.queue() || functionBefore >= limits.queuePerFunction())) {
            queue.remove(call.arrival);
            return false;
        }
        return true;
    }

    void ended(InvocationId id, String hostId, boolean warm, long now) {
        begin(now);
        Waiter call = onHost(id, hostId);
        if (call != null && call.host != null) {
            running.remove(id);
            Host host = call.host;
            if (warm) {
                host.idle.merge(call.ticket.revision(), 1, Integer::sum);
            }
            bars.keySet().removeIf(bar -> bar.host().equals(hostId));
        }
        pass();
    }

    void refused(InvocationId id, String hostId, long now) {
        begin(now);
        Waiter call = onHost(id, hostId);
        if (call != null) {
            running.remove(id);
            call.host = null;
            queue.put(call.arrival, call);
            bars.put(
                    new Bar(call.ticket.revision(), hostId),
                    now + limits.refusalBackoff().toMillis());
            expire(now);
        }
        pass();
    }

    private @Nullable Waiter onHost(InvocationId id, String hostId) {
        Waiter call = running.get(id);
        return call != null && call.host == hosts.get(hostId) ? call : null;
    }

    void cancel(InvocationId id, long now) {
        begin(now);
        queue.values().removeIf(call -> call.ticket.id().equals(id));
        pass();
    }

    void node(NodeView view, long now) {
        begin(now);
        Host host = hosts.get(view.id());
        if (host == null) {
            hosts.put(view.id(), new Host(view));
        } else {
            if (!host.view.sameRoom(view)) {
                bars.keySet().removeIf(bar -> bar.host().equals(view.id()));
            }
            host.view = view;
            host.idle = new HashMap<>(view.idle());
            host.stems = new HashMap<>(view.stems());
        }
        pass();
    }

    List<Ticket> nodeLost(String hostId, long now) {
        begin(now);
        Host host = hosts.remove(hostId);
        List<Ticket> lost = running.values().stream()
                .filter(call -> host != null && call.host == host)
                .map(call -> call.ticket)
                .toList();
        lost.forEach(ticket -> running.remove(ticket.id()));
        bars.keySet().removeIf(bar -> bar.host().equals(hostId));
        pass();
        return lost;
    }

    void tick(long now) {
        begin(now);
        bars.values().removeIf(until -> until <= now);
        pass();
        endReservationIfOver();
        if (impatient == null) {
            for (Waiter call : queue.values()) {
                if (now - call.since < limits.patience().toMillis()) {
                    return;
                }
                Host soonest = capped(call) ? null : soonest(call);
                if (soonest != null) {
                    impatient = call;
                    kept = soonest;
                    return;
                }
            }
        }
    }

    private @Nullable Host soonest(Waiter call) {
        return hosts.values().stream()
                .filter(host -> host.canHold(call))
                .min(Comparator.comparingLong((Host host) -> Math.max(0, call.gpusOn(host) - freeGpus(host)))
                        .thenComparingLong(host -> Math.max(0, call.memory() - freeMemory(host))
                                + Math.max(0, call.scratch() - freeScratch(host)))
                        .thenComparingLong(this::inFlight))
                .orElse(null);
    }

    List<Decision> decisions() {
        return decisions;
    }

    private void begin(long now) {
        decisions = new ArrayList<>();
        expire(now);
    }

    private void expire(long now) {
        queue.values().stream()
                .filter(call -> call.ticket.deadline() < now)
                .sorted(Comparator.<Waiter>comparingLong(call -> call.ticket.deadline())
                        .thenComparingLong(call -> call.arrival))
                .toList()
                .forEach(call -> {
                    queue.remove(call.arrival);
                    decisions.add(new Decision.Expire(call.ticket.id()));
                });
    }

    private void pass() {
        boolean placed = true;
        while (placed) {
            endReservationIfOver();
            placed = placeOldest();
        }
    }

    private boolean placeOldest() {
        for (Waiter call : queue.values()) {
            Host host = capped(call) ? null : choose(call);
            if (host != null) {
                start(call, host);
                return true;
            }
        }
        return false;
    }

    private void endReservationIfOver() {
        if (impatient != null
                && kept != null
                && (!queue.containsValue(impatient) || !hosts.containsValue(kept) || !kept.canHold(impatient))) {
            impatient = null;
            kept = null;
        }
    }

    private boolean capped(Waiter call) {
        long inFlight = running.values().stream()
                .filter(other -> other.ticket.revision().equals(call.ticket.revision()))
                .count();
        return inFlight >= call.ticket.demand().mostCalls();
    }

    private @Nullable Host choose(Waiter call) {
        return hosts.values().stream()
                .filter(host -> fits(call, host))
                .min(Comparator.comparing(host -> preference(call, host)))
                .orElse(null);
    }

    private boolean fits(Waiter call, Host host) {
        boolean kept = impatient != null
                && this.kept == host
                && !impatient.ticket.revision().equals(call.ticket.revision());
        Waiter beside = kept ? impatient : null;
        boolean place = hasPlace(call, host);
        return host.open()
                && host.suits(call)
                && !bars.containsKey(new Bar(call.ticket.revision(), host.view.id()))
                && host.slots() - inFlight(host) - (beside == null ? 0 : 1) >= 1
                && freeMemory(host) - (beside == null ? 0 : beside.memory()) >= (place ? 0 : call.memory())
                && freeScratch(host) - (beside == null ? 0 : beside.scratch()) >= (place ? 0 : call.scratch())
                && (place
                        || call.gpusOn(host) == 0
                        || freeGpus(host) - (beside == null ? 0 : beside.gpusOn(host)) >= call.gpusOn(host));
    }

    private long inFlight(Host host) {
        return running.values().stream().filter(call -> call.host == host).count();
    }

    private long freeMemory(Host host) {
        return host.memory() - reserved(host, Waiter::memory);
    }

    private long freeScratch(Host host) {
        return host.scratch() - reserved(host, Waiter::scratch);
    }

    private long freeGpus(Host host) {
        return host.gpus() - reserved(host, call -> call.gpusOn(host));
    }

    /** Calls of one revision share as few containers as they can. */
    private long reserved(Host host, ToLongFunction<Waiter> size) {
        Map<RevisionId, List<Waiter>> byRevision = running.values().stream()
                .filter(call -> call.host == host)
                .collect(Collectors.groupingBy(call -> call.ticket.revision()));
        return byRevision.values().stream()
                .mapToLong(calls -> size.applyAsLong(calls.getFirst())
                        * Math.ceilDiv(
                                calls.size(), calls.getFirst().ticket.demand().concurrency()))
                .sum();
    }

    private boolean hasPlace(Waiter call, Host host) {
        long beside = running.values().stream()
                .filter(other -> other.host == host && other.ticket.revision().equals(call.ticket.revision()))
                .count();
        return beside % call.ticket.demand().concurrency() != 0;
    }

    private static Preference preference(Waiter call, Host host) {
        if (host.idle.getOrDefault(call.ticket.revision(), 0) > 0) {
            return Preference.IDLE;
        }
        if (host.stems.getOrDefault(call.ticket.demand().runtime(), 0) > 0) {
            return Preference.STEM;
        }
        return host.view.images().contains(call.ticket.demand().image()) ? Preference.IMAGE : Preference.ROOM;
    }

    private void start(Waiter call, Host host) {
        Preference preference = preference(call, host);
        if (preference == Preference.IDLE) {
            host.idle.merge(call.ticket.revision(), -1, Integer::sum);
        } else if (preference == Preference.STEM) {
            host.stems.merge(call.ticket.demand().runtime(), -1, Integer::sum);
        }
        queue.remove(call.arrival);
        call.host = host;
        running.put(call.ticket.id(), call);
        if (impatient != null && impatient.ticket.revision().equals(call.ticket.revision())) {
            impatient = null;
            kept = null;
        }
        decisions.add(new Decision.Place(call.ticket.id(), host.view.id(), preference));
    }
}
