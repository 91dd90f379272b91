package dev.hearth.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Waits for invocations: asks the node to hold its answer until there is something to tell, again and again, over lost
 * connections and restarts of the node.
 */
final class Waiting {
    /** Ids in one question. */
    private static final int MOST_IDS = 1_000;
    /** How long one question is held where there are others to ask. */
    private static final Duration SHORT_POLL = Duration.ofSeconds(1);

    private static final Duration SLACK = Duration.ofSeconds(10);

    private final Transport transport;
    private final ManagerSettings settings;
    private final boolean any;
    private final Map<String, List<Invocation>> open = new LinkedHashMap<>();
    private Optional<Invocation> first = Optional.empty();

    private Waiting(Transport transport, ManagerSettings settings, Collection<Invocation> all, boolean any) {
        this.transport = transport;
        this.settings = settings;
        this.any = any;
        for (Invocation one : all) {
            if (one.knownDone()) {
                first = first.or(() -> Optional.of(one));
            } else {
                open.computeIfAbsent(one.getId(), id -> new ArrayList<>()).add(one);
            }
        }
    }

    /** Until all are done, or the time is over; whether they are. */
    static boolean forAll(Transport transport, ManagerSettings settings, Collection<Invocation> all, Duration most) {
        Waiting waiting = new Waiting(transport, settings, all, false);
        waiting.run(most);
        return waiting.open.isEmpty();
    }

    /** Until one is done, or the time is over. */
    static Optional<Invocation> forAny(
            Transport transport, ManagerSettings settings, Collection<Invocation> all, Duration most) {
        Waiting waiting = new Waiting(transport, settings, all, true);
        waiting.run(most);
        return waiting.first;
    }

    private boolean over() {
        return open.isEmpty() || (any && first.isPresent());
    }

    private void run(Duration most) {
        Deadline deadline = new Deadline(most);
        long answered = System.nanoTime();
        int failures = 0;
        while (!over()) {
            try {
                ask(deadline);
                answered = System.nanoTime();
                failures = 0;
            } catch (UnavailableException | OverloadedException trouble) {
                boolean patient =
                        System.nanoTime() - answered < settings.outage().toNanos();
                if (!trouble.retryable() || !patient) {
                    throw trouble;
                }
                transport.pause(failures++, "");
            }
            if (deadline.isOver()) {
                return;
            }
        }
    }

    private void ask(Deadline deadline) {
        List<String> ids = open.keySet().stream().limit(MOST_IDS).toList();
        boolean others = any && open.size() > ids.size();
        Duration poll = deadline.atMost(others ? SHORT_POLL : settings.poll());
        Map<String, Object> question = Map.of("ids", ids, "for", any ? "any" : "all", "timeout", Spans.text(poll));
        Answer answer = transport.send(
                Request.of("POST", "/v1/invocations/wait", poll.plus(SLACK)).with(Event.value(question)));
        for (Fields fields : Fields.in(answer).objects("done")) {
            done(InvocationRecord.of(fields));
        }
        if (others) {
            ids.forEach(this::toTheEnd);
        }
    }

    private void done(InvocationRecord record) {
        List<Invocation> whose = record.isDone() ? open.remove(record.id()) : null;
        if (whose != null) {
            whose.forEach(one -> one.learnt(record));
            first = first.or(() -> Optional.of(whose.getFirst()));
        }
    }

    /** Behind those that were not asked for yet. */
    private void toTheEnd(String id) {
        List<Invocation> whose = open.remove(id);
        if (whose != null) {
            open.put(id, whose);
        }
    }

    /** How much of the time is left; a span that is longer than a clock can count is without end. */
    private record Deadline(long start, Duration most) {
        Deadline(Duration most) {
            this(System.nanoTime(), most);
        }

        private Duration left() {
            Duration left = most.minusNanos(System.nanoTime() - start);
            return left.isNegative() ? Duration.ZERO : left;
        }

        boolean isOver() {
            return left().isZero();
        }

        Duration atMost(Duration span) {
            return left().compareTo(span) < 0 ? left() : span;
        }
    }
}
