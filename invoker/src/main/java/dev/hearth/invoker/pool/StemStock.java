package dev.hearth.invoker.pool;

/**
 * The stem cells of one class, and how many of them are wanted.
 *
 * <p><b>Wanted</b> is never below the base of the class. A miss (a container was started for a call that a ready cell
 * would have served) raises it by one, up to {@link StemGrowth#most}. At the end of each interval of
 * {@link StemGrowth#settle} the cells that stood unused all through it are taken off: the least number that was ready,
 * since that many were never touched; all of them when neither a hit nor a miss was seen, so that cells which could not
 * be started for want of room are not wanted for ever.
 *
 * <p><b>Why so.</b> The cells that must stand ready are those that go while one is being replaced, which depends on how
 * calls bunch and how long starts take; neither need be known, since a miss tells of one too few. A miss weighs more than
 * an idle cell: it grows at once and shrinks only after a whole interval.
 */
final class StemStock {
    final StemClass kind;
    /** Made by demand: gone when demand is. */
    final boolean learned;

    final Chain<PooledContainer> ready = new Chain<>();
    int starting;
    private int wanted;
    /** Starts in a row without a sound cell. */
    private int failures;

    private long notBefore = Long.MIN_VALUE;
    private boolean begun;
    private long began;
    /** Fewest of the wanted cells that were ready since the interval began. */
    private int least;
    /** Whether a call hit or missed a cell since the interval began. */
    private boolean used;

    private long lastUse;

    StemStock(StemClass kind, boolean learned) {
        this.kind = kind;
        this.learned = learned;
        this.wanted = kind.base();
    }

    int wanted() {
        return wanted;
    }

    int least() {
        return least;
    }

    long lastUse() {
        return lastUse;
    }

    /** Cells that lack for what is wanted; negative when there are more. */
    int deficit() {
        return wanted - ready.size() - starting;
    }

    /** Cells that lack for the base; negative when demand or an earlier life brought more. */
    int baseDeficit() {
        return kind.base() - ready.size() - starting;
    }

    /** A learned class that is not wanted any more takes no misses; it ends with its last cell. */
    boolean isLeaving() {
        return learned && wanted == 0;
    }

    boolean isOver() {
        return isLeaving() && ready.isEmpty() && starting == 0;
    }

    boolean mayStart(long now) {
        return deficit() > 0 && now >= notBefore;
    }

    /** A cell left those that are ready. */
    void tookOne() {
        least = Math.min(least, ready.size());
    }

    /** A cell took a call's code. */
    void hit(long now) {
        used = true;
        lastUse = now;
    }

    /** A container was started for a call that a ready cell would have served. */
    void missed(int most, long now) {
        hit(now);
        wanted = Math.max(wanted, Math.min(wanted + 1, most));
    }

    /** Demand of an earlier life left this many cells: they get the time to be used that others have. */
    void inherit(int most) {
        used = true;
        wanted = Math.max(wanted, Math.min(ready.size(), most));
    }

    /** Others are wanted more. */
    void giveUp() {
        wanted = kind.base();
    }

    /** Takes what stood unused off what is wanted when the interval is over, and begins the next. */
    void settle(long interval, long now) {
        if (!begun) {
            begin(now);
        } else if (now - began >= interval) {
            wanted -= Math.min(used ? least : wanted, wanted - kind.base());
            begin(now);
        }
    }

    private void begin(long now) {
        begun = true;
        began = now;
        least = Math.min(ready.size(), wanted);
        used = false;
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
