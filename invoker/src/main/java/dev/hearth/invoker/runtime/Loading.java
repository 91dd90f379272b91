package dev.hearth.invoker.runtime;

import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Revision;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The code of a container: which revision's it is, whether it is being loaded, and what was written outside of calls. */
final class Loading {
    /** Bytes kept of what was written, for INIT_FAILED. */
    private static final int OWN_LOG = 16 * 1024;

    private static final int OWN_TAIL = 20;

    private final LineBuffer log = new LineBuffer(OWN_LOG);
    private @Nullable Revision revision;
    private boolean underWay;
    private @Nullable Failure failure;

    /** It is on the way. */
    void begin(Revision code) {
        revision = code;
        underWay = true;
    }

    /** It was loaded in an earlier life; nothing in a stem cell. */
    void adopt(@Nullable Revision held) {
        revision = held;
    }

    @Nullable
    Revision revision() {
        return revision;
    }

    String label() {
        Revision of = revision;
        return of == null ? "" : of.label();
    }

    boolean underWay() {
        return underWay;
    }

    /** The runtime says why it did not go well. */
    void failed(Failure why) {
        failure = why;
    }

    Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** It is over; false when it was before. */
    boolean end() {
        boolean was = underWay;
        underWay = false;
        return was;
    }

    void write(boolean stderr, long micros, Buffer bytes) {
        log.append(stderr, micros, bytes);
    }

    Failure withTail(Failure failure) {
        return failure.withLogTail(log.tail(OWN_TAIL));
    }

    /** The failure with the container's own last lines, where those of one call cannot be told from another's. */
    Failure lastWords(Revision ran, Failure told) {
        return ran.limits().concurrency() > 1 && told.logTail().isEmpty() ? withTail(told) : told;
    }
}
