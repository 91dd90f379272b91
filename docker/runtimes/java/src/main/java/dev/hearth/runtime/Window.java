package dev.hearth.runtime;

/** How much of a result may be under way: the reader of the connection grants, the thread of the call takes and waits. */
final class Window {
    private long allowed;
    private boolean over;

    Window(int bytes) {
        allowed = bytes;
    }

    synchronized void grant(int bytes) {
        allowed += Integer.toUnsignedLong(bytes);
        notifyAll();
    }

    /** Nothing more is wanted, or nobody is there to want it. */
    synchronized void close() {
        over = true;
        notifyAll();
    }

    /** Some bytes, at most that many; 0 when the rest is not wanted. */
    synchronized int take(int most) {
        boolean interrupted = false;
        while (allowed == 0 && !over) {
            try {
                wait();
            } catch (InterruptedException byTheFunction) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        int taken = over ? 0 : (int) Math.min(allowed, most);
        allowed -= taken;
        return taken;
    }
}
