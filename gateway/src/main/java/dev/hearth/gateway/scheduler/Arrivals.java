package dev.hearth.gateway.scheduler;

/** First come, first served: by time of arrival; those of one millisecond in the order of their coming. */
final class Arrivals implements Order {
    private static final int SEQUENCE_BITS = 20;
    private long last = Long.MIN_VALUE / 2;
    private int early = 1;

    @Override
    public long placeOf(Ticket ticket, long arrivedAt, long clock) {
        if (arrivedAt >= clock) {
            last = Math.max(last + 2, clock << SEQUENCE_BITS);
            return last;
        }
        // Odd, so that none meets one of the others.
        early = (early + 2) & ((1 << SEQUENCE_BITS) - 1);
        return (arrivedAt << SEQUENCE_BITS) + early;
    }

    @Override
    public void began(long place) {
        // Who began changes nobody's time of arrival.
    }
}
