package dev.hearth.deploy.rig;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits, with a deadline, for what other processes bring about. */
public final class Eventually {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private Eventually() {}

    /** A condition that may fail while it does not hold yet. */
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    /** Tries until the check passes; throws what it failed with last when that takes too long. */
    public static void eventually(Duration within, Check check) {
        value(within, () -> {
            check.run();
            return Boolean.TRUE;
        });
    }

    /** Tries until there is a value; throws what the attempt failed with last when that takes too long. */
    public static <T> T value(Duration within, Callable<T> attempt) {
        long deadline = System.nanoTime() + within.toNanos();
        @Nullable Throwable last;
        do {
            try {
                return attempt.call();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting", stopped);
            } catch (Exception | AssertionError notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        } while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted());
        throw new AssertionError("not within " + within + ": " + last.getMessage(), last);
    }
}
