package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One piece of work on its way through a commit, with what came of it. */
final class Piece<T> {
    private final Work<T> work;
    private final End<T> end;
    private @Nullable T result;
    private @Nullable Throwable fault;

    /** How whoever asked is told; called on the writer's thread. */
    interface End<T> {
        void committed(T result);

        void failed(HearthException failure);
    }

    Piece(Work<T> work, End<T> end) {
        this.work = work;
        this.end = end;
    }

    /** Forgets what came of it: its effects have been undone. */
    void reset() {
        result = null;
        fault = null;
    }

    /** Runs it; whether it went well. */
    boolean attempt(Handle handle) {
        try {
            result = work.run(handle);
            return true;
        } catch (Exception | Error broken) {
            // An error too: it would end the only thread that writes, and every later write would wait for ever.
            fault = broken;
            return false;
        }
    }

    /** Why it failed; null when it did not. */
    @Nullable
    Throwable fault() {
        return fault;
    }

    /** Tells of its end: of its own failure first, else of the one of the whole commit, else of success. */
    void end(@Nullable HearthException ofCommit, Dialect dialect) {
        Throwable own = fault;
        T value = result;
        if (own != null) {
            end.failed(StoreFault.of(own, dialect));
        } else if (ofCommit != null || value == null) {
            end.failed(ofCommit != null ? ofCommit : closing());
        } else {
            end.committed(value);
        }
    }

    void refuse(HearthException why) {
        end.failed(why);
    }

    static HearthException closing() {
        return new HearthException(ErrorCode.SHUTTING_DOWN, "the database is being closed");
    }
}
