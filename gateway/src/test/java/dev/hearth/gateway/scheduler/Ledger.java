package dev.hearth.gateway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Where each call is according to the decisions so far, held against the scheduler's figures and its promises. */
final class Ledger {
    private final Scheduler scheduler;
    private final TreeMap<Long, Ticket> queued = new TreeMap<>();
    private final Map<InvocationId, Long> arrivals = new HashMap<>();
    private final TreeMap<InvocationId, String> running = new TreeMap<>();
    private final Map<InvocationId, Ticket> tickets = new HashMap<>();
    private Optional<String> reservedBefore = Optional.empty();
    private long arrived;

    Ledger(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void before() {
        reservedBefore = scheduler.reservedNode();
    }

    void arrived(Ticket ticket) {
        tickets.put(ticket.id(), ticket);
        arrivals.put(ticket.id(), arrived);
        queued.put(arrived++, ticket);
    }

    List<InvocationId> running() {
        return new ArrayList<>(running.keySet());
    }

    String nodeOf(InvocationId id) {
        return running.getOrDefault(id, "nowhere");
    }

    boolean isOn(InvocationId id, String node) {
        return nodeOf(id).equals(node);
    }

    void ended(InvocationId id) {
        assertThat(running.remove(id)).as("a call ends once").isNotNull();
        forget(id);
    }

    void refused(InvocationId id) {
        assertThat(running.remove(id)).isNotNull();
        queued.put(arrivals.getOrDefault(id, -1L), ticket(id));
    }

    void left(InvocationId id) {
        assertThat(queued.remove(arrivals.getOrDefault(id, -1L)))
                .as("a call leaves the queue once")
                .isNotNull();
        forget(id);
    }

    private Ticket ticket(InvocationId id) {
        return Optional.ofNullable(tickets.get(id)).orElseThrow();
    }

    private void forget(InvocationId id) {
        tickets.remove(id);
        arrivals.remove(id);
    }

    void apply(List<Decision> decisions) {
        for (Decision decision : decisions) {
            switch (decision) {
                case Decision.Expire(InvocationId id) -> left(id);
                case Decision.Place(InvocationId id, String node, Preference preference) -> place(id, node);
            }
        }
    }

    private void place(InvocationId id, String node) {
        long arrival = arrivals.getOrDefault(id, -1L);
        Ticket ticket = ticket(id);
        assertThat(queued.remove(arrival)).as("a placed call was queued").isEqualTo(ticket);
        assertNoOlderOfItsClassIsPassedOver(ticket, arrival, node);
        running.put(id, node);
    }

    private void assertNoOlderOfItsClassIsPassedOver(Ticket ticket, long arrival, String node) {
        if (reservedBefore.isPresent()) {
            return;
        }
        // It may go where a container of its revision has a place, which others of its class cannot use.
        boolean shares = ticket.demand().concurrency() > 1;
        for (Ticket older : queued.headMap(arrival).values()) {
            boolean sameClass = sameClass(older.demand(), ticket.demand());
            assertThat(!sameClass || shares || capped(older) || barred(older, node))
                    .as("call %s passes %s on %s", ticket.id(), older.id(), node)
                    .isTrue();
        }
    }

    private static boolean sameClass(Demand one, Demand other) {
        return one.memory().equals(other.memory())
                && one.scratch().equals(other.scratch())
                && one.needs().equals(other.needs());
    }

    private boolean capped(Ticket ticket) {
        long inFlight = running.keySet().stream()
                .filter(id -> ticket(id).revision().equals(ticket.revision()))
                .count();
        return inFlight >= ticket.demand().mostCalls();
    }

    private boolean barred(Ticket ticket, String id) {
        Node node = scheduler.plan().cluster().node(id);
        return node != null && scheduler.plan().bars().between(ticket.revision(), node);
    }

    void check() {
        assertThat(scheduler.queued()).isEqualTo(queued.size());
        assertThat(scheduler.plan().calls()).isEqualTo(queued.size() + running.size());
        assertThat(figures(running.keySet(), id -> scheduler.placeOf(id).orElse("queue")))
                .isEqualTo(List.copyOf(running.values()));
        assertThat(figures(
                        queued.values(),
                        ticket -> scheduler.position(ticket.id()).orElse(-1)))
                .isEqualTo(IntStream.range(0, queued.size()).boxed().toList());
        assertCaps();
        assertCounts();
    }

    private void assertCaps() {
        Map<Object, Integer> inFlight = new HashMap<>();
        for (InvocationId id : running.keySet()) {
            Ticket ticket = ticket(id);
            int now = inFlight.merge(ticket.revision(), 1, Integer::sum);
            assertThat((long) now).isLessThanOrEqualTo(ticket.demand().mostCalls());
        }
    }

    private void assertCounts() {
        Map<FunctionName, Integer> lengths = new HashMap<>();
        queued.values().forEach(ticket -> lengths.merge(ticket.function(), 1, Integer::sum));
        assertThat(figures(lengths.keySet(), scheduler::queued)).isEqualTo(List.copyOf(lengths.values()));
        Map<String, Integer> onNode = new HashMap<>();
        running.values().forEach(node -> onNode.merge(node, 1, Integer::sum));
        assertThat(figures(onNode.keySet(), scheduler::inFlight)).isEqualTo(List.copyOf(onNode.values()));
    }

    private static <T, R> List<R> figures(Collection<T> of, Function<T, R> figure) {
        return of.stream().map(figure).toList();
    }
}
