package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.Gpus;
import dev.hearth.common.id.RevisionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One node by the plan: what it last said, and the calls that were placed on it.
 *
 * <p>Room is counted by the plan alone: a call in flight takes one slot and what its container reserves; calls of one
 * revision share as few containers as their concurrency allows, which the node may not come up to: then it refuses.
 * Idle containers and stem cells take nothing, since the node evicts them. What the node offers (idle, stems) is its own
 * word, less what was placed on it since.
 */
final class Node {
    private NodeView view;
    private @Nullable Call firstPlaced;
    private @Nullable Call lastPlaced;
    private int inFlight;
    private final Map<RevisionId, Integer> idle;
    private final Map<String, Integer> stems;
    private final Map<RevisionQueue, Integer> sharing = new LinkedHashMap<>();
    private long memoryInFlight;
    private long scratchInFlight;
    private int gpusInFlight;
    /** Containers that have all graphics processors of the node for themselves. */
    private int allGpusInFlight;

    /** Its number in the order of ids. */
    int number;

    /** The demand for which the node is reserved. */
    @Nullable
    Demand reserved;

    Node(NodeView view) {
        this.view = view;
        idle = new HashMap<>(view.idle());
        stems = new HashMap<>(view.stems());
    }

    String id() {
        return view.id();
    }

    NodeView view() {
        return view;
    }

    void update(NodeView newer) {
        view = newer;
        idle.clear();
        idle.putAll(newer.idle());
        stems.clear();
        stems.putAll(newer.stems());
    }

    boolean open() {
        return view.ready();
    }

    /** Whether the smallest call would fit, were nothing reserved. */
    boolean takesAny() {
        return open() && freeSlots() > 0 && freeMemory() >= 0 && freeScratch() >= 0;
    }

    long freeSlots() {
        return (long) slots() - inFlight;
    }

    long freeMemory() {
        return memory() - memoryInFlight;
    }

    long freeScratch() {
        return scratch() - scratchInFlight;
    }

    long freeGpus() {
        return gpus() - (long) gpusInFlight - (long) allGpusInFlight * Gpus.ALL.on(gpus());
    }

    int gpus() {
        return Math.max(0, view.capacity().gpus() - view.unavailable().gpus());
    }

    int slots() {
        return view.capacity().slots() - view.unavailable().slots();
    }

    private long memory() {
        return view.capacity().memory().value() - view.unavailable().memory().value();
    }

    private long scratch() {
        return view.capacity().scratch().value() - view.unavailable().scratch().value();
    }

    /** Whether the demand fits once all that is in flight has ended. */
    boolean canHold(Demand demand) {
        return open()
                && slots() > 0
                && memory() >= demand.memory().value()
                && scratch() >= demand.scratch().value()
                && view.labels().covers(demand.needs().labels())
                && gpus() >= demand.needs().gpus().on(gpus());
    }

    /** Bytes that must become free before the demand fits. */
    long shortfall(Demand demand) {
        return Math.max(0, demand.memory().value() - freeMemory())
                + Math.max(0, demand.scratch().value() - freeScratch());
    }

    /** Graphics processors that must become free before the demand fits. */
    long gpuShortfall(Demand demand) {
        return Math.max(0, demand.needs().gpus().on(gpus()) - freeGpus());
    }

    void add(Call call) {
        Call before = lastPlaced;
        call.placedBefore = before;
        if (before == null) {
            firstPlaced = call;
        } else {
            before.placedAfter = call;
        }
        lastPlaced = call;
        inFlight++;
        reserve(call.revision, hasPlace(call.revision) ? 0 : 1);
        if (call.revision.shares()) {
            sharing.merge(call.revision, 1, Integer::sum);
        }
        call.node = this;
    }

    void remove(Call call) {
        unlink(call);
        inFlight--;
        if (call.revision.shares()) {
            sharing.computeIfPresent(call.revision, (same, calls) -> calls > 1 ? calls - 1 : null);
        }
        reserve(call.revision, hasPlace(call.revision) ? 0 : -1);
        call.node = null;
    }

    private void reserve(RevisionQueue revision, int containers) {
        memoryInFlight += containers * revision.memory;
        scratchInFlight += containers * revision.scratch;
        Gpus gpus = revision.demand().needs().gpus();
        if (gpus.isAll()) {
            allGpusInFlight += containers;
        } else {
            gpusInFlight += containers * gpus.count();
        }
    }

    /** Whether a container that the calls in flight need takes one more of the revision. */
    boolean hasPlace(RevisionQueue revision) {
        return revision.shares()
                && sharing.getOrDefault(revision, 0) % revision.demand().concurrency() != 0;
    }

    /** The revisions with calls in flight that share containers. */
    Set<RevisionQueue> sharing() {
        return sharing.keySet();
    }

    private void unlink(Call call) {
        Call before = call.placedBefore;
        Call after = call.placedAfter;
        if (before == null) {
            firstPlaced = after;
        } else {
            before.placedAfter = after;
        }
        if (after == null) {
            lastPlaced = before;
        } else {
            after.placedBefore = before;
        }
        call.placedBefore = null;
        call.placedAfter = null;
    }

    int inFlight() {
        return inFlight;
    }

    /** A copy in the order of placement. */
    List<Call> calls() {
        List<Call> calls = new ArrayList<>(inFlight);
        for (Call call = firstPlaced; call != null; call = call.placedAfter) {
            calls.add(call);
        }
        return calls;
    }

    Map<RevisionId, Integer> idle() {
        return idle;
    }

    Map<String, Integer> stems() {
        return stems;
    }

    Preference preference(RevisionId revision, Demand demand) {
        if (idle.containsKey(revision)) {
            return Preference.IDLE;
        }
        if (stems.containsKey(demand.runtime())) {
            return Preference.STEM;
        }
        return view.images().contains(demand.image()) ? Preference.IMAGE : Preference.ROOM;
    }

    @Override
    public String toString() {
        return id();
    }
}
