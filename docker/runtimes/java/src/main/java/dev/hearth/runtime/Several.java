package dev.hearth.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Calls that run beside each other, each on a virtual thread of its own.
 *
 * <p>The bridge cleans up when none is under way, an event that is still arriving being one of them; calls that come while
 * it does wait. It begins with such a wait, for the cleaning after init.
 */
final class Several {
    private final Control control;
    private final Executor cleaner;
    private final Consumer<Call> work;
    private final List<Call> waiting = new ArrayList<>();
    private long latest;
    private long told;
    private long completed;
    private int underWay;
    private boolean ran;
    private boolean cleaning = true;

    /**
     * @param cleaner one thread, on which the bridge's answer is waited for
     * @param work runs a call, and says so when it is over
     */
    Several(Control control, Executor cleaner, Consumer<Call> work) {
        this.control = control;
        this.cleaner = cleaner;
        this.work = work;
    }

    /** The first frame of a call has come. */
    synchronized void begins(long number) {
        latest = Math.max(latest, number);
        underWay++;
    }

    /** Its event is whole. */
    synchronized void start(Call call) {
        if (cleaning) {
            waiting.add(call);
        } else {
            launch(call);
        }
    }

    /** The call, or one whose event was broken off, is not under way any more. */
    synchronized void over() {
        underWay--;
        if (underWay == 0 && ran && !cleaning) {
            ran = false;
            cleaning = true;
            told = latest;
            control.callOver(told);
            cleaner.execute(this::awaitClean);
        }
    }

    /** All calls up to this one are over and cleaned up after. */
    synchronized long completed() {
        return completed;
    }

    /** All calls up to the number that was told last are over, and calls may start. */
    void awaitClean() {
        control.awaitClean();
        synchronized (this) {
            cleaning = false;
            completed = told;
            waiting.forEach(this::launch);
            waiting.clear();
        }
    }

    private void launch(Call call) {
        ran = true;
        Thread.ofVirtual().name("call-", call.number).start(() -> work.accept(call));
    }
}
