package dev.hearth.invoker.pool;

/** The stem cells of one class. */
final class StemStock {
    final StemClass kind;
    final Chain<PooledContainer> ready = new Chain<>();
    int starting;
    /** Starts in a row without a sound cell. */
    private int failures;

    private long notBefore = Long.MIN_VALUE;

    StemStock(StemClass kind) {
        this.kind = kind;
    }

    /** Cells that lack for the target; negative when there are more. */
    int deficit() {
        return kind.target() - ready.size() - starting;
    }

    boolean mayStart(long now) {
        return deficit() > 0 && now >= notBefore;
    }

    /** A start failed or a young cell died: the first is tried again at once, later ones ever more slowly. */
    void failed(PoolLimits limits, long now) {
        failures++;
        if (failures > 1) {
            long longest = limits.maxStemBackoff().toMillis();
            int doublings = Math.min(failures - 2, Long.numberOfLeadingZeros(longest) - 1);
            long wait = Math.min(limits.stemBackoff().toMillis(), longest);
            while (doublings-- > 0 && wait < longest) {
                wait = Math.min(2 * wait, longest);
            }
            holdBack(now + wait);
        }
    }

    /** A ready cell died; a young one counts as a failed start. */
    void died(long age, PoolLimits limits, long now) {
        if (age >= limits.maxStemBackoff().toMillis()) {
            sound();
        } else {
            failed(limits, now);
        }
    }

    /** A cell took its code or lived long. */
    void sound() {
        failures = 0;
    }

    void holdBack(long until) {
        notBefore = until;
    }

    @Override
    public String toString() {
        return "stem class " + kind;
    }
}
