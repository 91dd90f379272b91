package dev.hearth.gateway.durable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices when the machine's clock was set; lives on one event loop. */
final class ClockWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);
    private static final long JUMP_MILLIS = 2_000;
    private long distance = distance();

    /** How far the clock is ahead of what no setting moves. */
    private static long distance() {
        return System.currentTimeMillis() - System.nanoTime() / 1_000_000;
    }

    /** Whether it was set since the last look, by more than two seconds. */
    boolean jumped() {
        long jump = distance() - distance;
        distance += jump;
        if (Math.abs(jump) <= JUMP_MILLIS) {
            return false;
        }
        LOG.warn("event=clock_jumped millis={} action=\"dates of waiting invocations are looked at again\"", jump);
        return true;
    }
}
