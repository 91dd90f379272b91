package dev.hearth.invoker.runtime;

import io.vertx.core.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one container is brought to its end, with proof.
 *
 * <p>First the bridge is asked: it kills every process, reaps them and says so within a millisecond or two. If it does not
 * answer, the engine is told to kill and asked whether the container still runs, again and again. Proof is the bridge's
 * {@code exit} or the engine's word. When neither comes within {@code invoker.kill-grace}, the end is reported as unproven
 * and tried further: nothing of the container's is given back before there is proof.
 */
final class Death {
    /** The means to kill. */
    interface Executioner {
        /** Runs the action after that many milliseconds on the invoker's event loop. */
        void after(long millis, Runnable action);

        /** Kills through the engine; succeeds when the engine says that the container does not run. */
        Future<Void> kill(LiveContainer container);

        long bridgeMillis();

        long graceMillis();

        long retryMillis();

        void unproven(LiveContainer container);

        void proven(LiveContainer container);
    }

    private enum State {
        ALIVE,
        /** Something broke: its own last words are awaited. */
        EXPECTED,
        KILLING,
        DOUBTED,
        DEAD
    }

    private final LiveContainer container;
    private final Executioner executioner;
    private State state = State.ALIVE;
    private @Nullable Consumer<Boolean> then;

    Death(LiveContainer container, Executioner executioner) {
        this.container = container;
        this.executioner = executioner;
    }

    boolean begun() {
        return state == State.KILLING || state == State.DOUBTED || state == State.DEAD;
    }

    /** Whether it is dying, or something broke that it will not survive. */
    boolean expected() {
        return state != State.ALIVE;
    }

    /** Kills; {@code whenDone} hears whether there is proof, once. A second call while the first is under way is dropped. */
    void begin(Consumer<Boolean> whenDone) {
        if (begun()) {
            return;
        }
        state = State.KILLING;
        then = whenDone;
        executioner.after(executioner.graceMillis(), this::doubt);
        if (container.askToDie()) {
            executioner.after(executioner.bridgeMillis(), this::byEngine);
        } else {
            byEngine();
        }
    }

    /** A connection broke: waits for the bridge's word, then kills. */
    void expect(boolean bridgeGone, Runnable whenDone) {
        if (state != State.ALIVE) {
            return;
        }
        state = State.EXPECTED;
        if (bridgeGone) {
            begin(proven -> whenDone.run());
        } else {
            executioner.after(executioner.bridgeMillis(), () -> {
                if (state == State.EXPECTED) {
                    begin(proven -> whenDone.run());
                }
            });
        }
    }

    /** There is proof. */
    void proven() {
        boolean doubted = state == State.DOUBTED;
        state = State.DEAD;
        if (doubted) {
            executioner.proven(container);
        }
        finish(true);
    }

    private void doubt() {
        if (state == State.KILLING) {
            state = State.DOUBTED;
            executioner.unproven(container);
            finish(false);
        }
    }

    private void byEngine() {
        if (state == State.DEAD) {
            return;
        }
        executioner.kill(container).onComplete(killed -> {
            if (state == State.DEAD) {
                return;
            }
            if (killed.succeeded()) {
                proven();
            } else {
                executioner.after(executioner.retryMillis(), this::byEngine);
            }
        });
    }

    private void finish(boolean isProof) {
        Consumer<Boolean> listener = then;
        then = null;
        if (listener != null) {
            listener.accept(isProof);
        }
    }
}
