package dev.hearth.invoker.runtime;

/** A stopwatch over the making of one container: image and code, start, init. */
final class Making {
    /**
     * What making it cost, in microseconds.
     *
     * @param image fetching the code
     * @param start from the engine's create to the runtime's hello
     * @param init from the init frame to its answer
     */
    record Cost(long image, long start, long init) {
        static final Cost NONE = new Cost(0, 0, 0);

        long sum() {
            return image + start + init;
        }
    }

    private long image;
    private long start;
    private long init;
    private boolean stem;
    private long since = System.nanoTime();

    void begin() {
        since = System.nanoTime();
    }

    /** Microseconds that the start took. */
    long started() {
        start = lap();
        return start;
    }

    void fetched() {
        image = lap();
    }

    void initialised() {
        init = lap();
    }

    /** Whether it was a stem cell, whose start is nobody's wait. */
    void ofStem(boolean was) {
        stem = was;
    }

    Cost cost() {
        return new Cost(image, stem ? 0 : start, init);
    }

    private long lap() {
        long now = System.nanoTime();
        long micros = (now - since) / 1000;
        since = now;
        return micros;
    }
}
