package dev.hearth.gateway.invocation;

import dev.hearth.common.invocation.Timings;
import java.util.List;
import java.util.Locale;

/** What a call spends its time on, in this order; the words of {@code Server-Timing}. */
enum Phase {
    QUEUE,
    PLACE,
    IMAGE,
    START,
    INIT,
    RUN;

    /** Those that its node measures. */
    static final List<Phase> ON_THE_NODE = List.of(PLACE, IMAGE, START, INIT, RUN);

    private final String text = name().toLowerCase(Locale.ROOT);

    long micros(Timings timings) {
        return switch (this) {
            case QUEUE -> 0;
            case PLACE -> timings.place();
            case IMAGE -> timings.image();
            case START -> timings.start();
            case INIT -> timings.init();
            case RUN -> timings.run();
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
