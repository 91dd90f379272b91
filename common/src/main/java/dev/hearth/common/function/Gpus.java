package dev.hearth.common.function;

/**
 * How many graphics processors of a node one container gets, for itself alone.
 *
 * @param count how many; 0: none, {@value #EVERY}: all that its node has, at least one
 */
public record Gpus(int count) {
    /** Far above what one machine holds; a larger number is a slip. */
    public static final int MOST = 64;

    private static final int EVERY = -1;

    public static final Gpus NONE = new Gpus(0);
    public static final Gpus ALL = new Gpus(EVERY);

    public Gpus {
        if (count < EVERY || count > MOST) {
            throw new IllegalArgumentException("gpus is " + count + ", must be 0 to " + MOST);
        }
    }

    /** So many; the same object for none. */
    public static Gpus of(int count) {
        return switch (count) {
            case 0 -> NONE;
            case EVERY -> ALL;
            default -> new Gpus(count);
        };
    }

    public boolean isNone() {
        return count == 0;
    }

    public boolean isAll() {
        return count == EVERY;
    }

    /** How many that is on a node that has so many. */
    public int on(int nodeHas) {
        return isAll() ? Math.max(1, nodeHas) : count;
    }

    @Override
    public String toString() {
        return isAll() ? "all" : Integer.toString(count);
    }
}
