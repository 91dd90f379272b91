package dev.hearth.deploy;

import dev.hearth.common.units.Durations;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadline of a whole boot: whatever it is that hangs, the process says which step and ends.
 *
 * <p>Each part has a deadline of its own besides ({@code start-timeout}), after which the node stops in order. This one is for
 * what no future tells of, an orderly stop that hangs included, so it ends the process without one.
 */
final class BootWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BootWatch.class);

    private final Duration limit;
    private final Consumer<String> end;
    private final Thread booting = Thread.currentThread();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile String step = "nothing yet";

    /**
     * Watches the boot that this thread does from now on.
     *
     * @param end gets the sentence when the boot takes longer, and ends the process
     */
    BootWatch(Duration limit, Consumer<String> end) {
        this.limit = limit;
        this.end = end;
        Thread.ofPlatform().name("hearth-boot-watch").daemon().start(this::watch);
    }

    /** One that prints the sentence and ends the process with 1, whatever its other threads do. */
    static BootWatch ofProcess(Duration limit) {
        return new BootWatch(limit, sentence -> {
            System.err.println("hearth: " + sentence);
            Runtime.getRuntime().halt(1);
        });
    }

    /** What is done from now on, to follow "at". */
    void at(String now) {
        step = now;
    }

    private void watch() {
        try {
            if (!over.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                late();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void late() {
        Throwable where = new Throwable("where the boot stands");
        where.setStackTrace(booting.getStackTrace());
        LOG.atError().addKeyValue("step", step).setCause(where).log("boot hangs");
        end.accept("the node did not start within " + Durations.format(limit) + " (boot-timeout): it hangs at " + step);
    }

    /** The boot is over, well or not. */
    @Override
    public void close() {
        over.countDown();
    }
}
