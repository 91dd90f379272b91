package dev.hearth.deploy.simulation.trace;

import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A trace in the likeness of the Azure Functions trace of 2019: few functions make most calls, many are called by timers at
 * whole minutes, many in bursts, and more at noon than at midnight.
 *
 * <p>It is made as it is read: the next call of each function waits in a heap.
 */
public final class SyntheticTrace implements Trace {
    private final PriorityQueue<Source> sources;
    private final long end;

    /** A function with its next call. */
    private static final class Source implements Comparable<Source> {
        private final Population.Member member;
        private final int number;
        private long next;

        Source(Population.Member member, int number) {
            this.member = member;
            this.number = number;
            next = member.arrivals().after(0);
        }

        @Override
        public int compareTo(Source other) {
            int order = Long.compare(next, other.next);
            return order != 0 ? order : Integer.compare(number, other.number);
        }
    }

    public SyntheticTrace(AzureLike like) {
        end = like.length().toNanos() / 1_000;
        List<Population.Member> members = new Population(like).draw();
        sources = new PriorityQueue<>(members.size());
        for (int i = 0; i < members.size(); i++) {
            add(new Source(members.get(i), i));
        }
    }

    private void add(Source source) {
        if (source.next < end) {
            sources.add(source);
        }
    }

    @Override
    public @Nullable TracedCall next() {
        Source source = sources.poll();
        if (source == null) {
            return null;
        }
        Population.Member member = source.member;
        TracedCall call =
                new TracedCall(source.next, member.function(), member.runs().next());
        source.next = member.arrivals().after(source.next);
        add(source);
        return call;
    }

    @Override
    public void close() {
        sources.clear();
    }
}
