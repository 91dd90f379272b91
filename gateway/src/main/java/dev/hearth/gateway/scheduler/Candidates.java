package dev.hearth.gateway.scheduler;

/**
 * Read-only view of the nodes where one call fits now; nodes are numbered from 0 in the order of their ids.
 *
 * <p>Valid during one choice only.
 */
public interface Candidates {
    int NONE = -1;

    /**
     * The first node from {@code from} up where the call fits and which offers what the preference names.
     *
     * @return the node, or {@link #NONE}
     */
    int next(Preference preference, int from);

    /**
     * Of the nodes that {@link #next} would find for the preference, the one with the smallest share of its slots in
     * flight; of equals the one that offers most, of these the first.
     *
     * @return the node, or {@link #NONE}
     */
    int leastLoaded(Preference preference);

    /** How many nodes there are, fitting or not. */
    int nodes();

    /** The best that the node offers to this call. */
    Preference preference(int node);

    /** Calls planned on the node. */
    int inFlight(int node);

    /** Calls that the node can run at once. */
    int slots(int node);
}
