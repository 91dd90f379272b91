package dev.hearth.deploy.rig;

import java.util.List;

/** Calls functions one after the other, again and again, until it is closed; how the calls end does not matter. */
public final class Load implements AutoCloseable {
    private static final String TOO_LONG = Sources.sleep(10_000);

    private final Thread thread;
    private volatile boolean closed;

    private Load(Api api, List<String> quick, List<String> slow) {
        thread = Thread.ofVirtual().name("load").start(() -> {
            while (!closed) {
                quick.forEach(name -> api.invoke(name, Sources.sleep(1)));
                slow.forEach(name -> api.invoke(name, TOO_LONG));
            }
        });
    }

    /**
     * Begins to call.
     *
     * @param quick sleepers that are called for a moment
     * @param slow sleepers that are called for longer than they may run
     */
    public static Load on(Api api, List<String> quick, List<String> slow) {
        return new Load(api, quick, slow);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
