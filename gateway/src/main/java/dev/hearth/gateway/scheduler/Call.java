package dev.hearth.gateway.scheduler;

import org.jspecify.annotations.Nullable;

/** A ticket that the scheduler holds: in the queue of its revision, or in flight on a node. */
final class Call {
    final Ticket ticket;
    final RevisionQueue revision;
    /** Its place in the order of arrival, kept when a node refuses it; no two calls have the same. */
    final long arrival;

    final long since;

    @Nullable
    Node node;

    @Nullable
    Call older;

    @Nullable
    Call younger;

    /** Its neighbours among the calls in flight on its node, in the order of placement. */
    @Nullable
    Call placedBefore;

    @Nullable
    Call placedAfter;

    Call(Ticket ticket, RevisionQueue revision, long arrival, long since) {
        this.ticket = ticket;
        this.revision = revision;
        this.arrival = arrival;
        this.since = since;
    }

    static int byDeadline(Call one, Call other) {
        int order = Long.compare(one.ticket.deadline(), other.ticket.deadline());
        return order != 0 ? order : Long.compare(one.arrival, other.arrival);
    }

    @Override
    public String toString() {
        return ticket.id().toString();
    }
}
