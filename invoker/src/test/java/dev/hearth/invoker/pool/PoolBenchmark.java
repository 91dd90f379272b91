package dev.hearth.invoker.pool;

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

/** How many decisions a second the pool makes among ten thousand containers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PoolBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Param({"IDLE", "STEM", "ROOM_LRU", "ROOM_RAM"})
    @SuppressWarnings("NullAway.Init")
    String found;

    @SuppressWarnings("NullAway.Init")
    private FullPool full;

    /** Inputs that the pool decided on; one turn takes several. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Counts {
        public long decisions;
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
        full = new FullPool(FullPool.Case.valueOf(found));
    }

    @Benchmark
    public void turn(Counts counts) {
        long before = full.decisions();
        full.turn();
        counts.decisions += full.decisions() - before;
    }

    @TearDown(Level.Trial)
    public void isStillFull() {
        full.check();
    }
}
