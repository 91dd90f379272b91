package dev.hearth.gateway.scheduler;

/** The order in which calls are placed: each gets its place when it is handed in and keeps it, whatever happens to it. */
sealed interface Order permits Arrivals, FairShare {
    /**
     * The place of a call, smaller before larger, unlike that of any other call that waits.
     *
     * @param arrivedAt when it arrived, in milliseconds; before {@code clock} when it was kept elsewhere until now
     */
    long placeOf(Ticket ticket, long arrivedAt, long clock);

    /** The call of that place was placed on a node. */
    void began(long place);
}
