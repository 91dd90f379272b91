package dev.hearth.gateway.scheduler;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How many calls a second the scheduler places on a thousand nodes, with arrivals, ends, reports and ticks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SchedulerBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Param({"fcfs", "random", "balanced", "locality"})
    @SuppressWarnings("NullAway.Init")
    String policy;

    @Param({"EMPTY", "HALF", "LOPSIDED", "LABELS", "ONE", "SKEWED", "PARKED"})
    @SuppressWarnings("NullAway.Init")
    String shape;

    @SuppressWarnings("NullAway.Init")
    private BusyCluster cluster;

    /** Calls placed; one turn places none, one or several. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Counts {
        public long placements;
        /** Processor time of the thread that measures; less than the time that passes when others use the cores. */
        public long cpuNanos;

        private long began;

        @Setup(Level.Iteration)
        public void begin() {
            began = THREADS.getCurrentThreadCpuTime();
        }

        @TearDown(Level.Iteration)
        public void end() {
            cpuNanos = THREADS.getCurrentThreadCpuTime() - began;
        }
    }

    @Setup(Level.Trial)
    public void fill() {
        cluster = new BusyCluster(BusyCluster.Shape.valueOf(shape), policy);
    }

    @Benchmark
    public void turn(Counts counts) {
        long before = cluster.placed();
        cluster.turn();
        counts.placements += cluster.placed() - before;
    }

    @TearDown(Level.Trial)
    public void isStillWhatItWas() {
        cluster.check();
    }
}
