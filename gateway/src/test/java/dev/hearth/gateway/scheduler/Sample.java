package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.units.Bytes;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Calls, revisions and nodes that tests are made of, numbered so that a failure can be read. */
final class Sample {
    static final long NEVER = Long.MAX_VALUE;

    private Sample() {}

    static InvocationId id(int number) {
        return new InvocationId(new SortableId(1, number));
    }

    static int number(InvocationId id) {
        return (int) id.value().low();
    }

    static RevisionId revision(int number) {
        return new RevisionId(new SortableId(2, number));
    }

    static FunctionName function(int number) {
        return FunctionName.inDefault("f" + number);
    }

    static Demand demand(int memory, int scratch) {
        return new Demand(Bytes.ofMiB(memory), Bytes.ofMiB(scratch), "python3", "python", 1, OptionalInt.empty());
    }

    static Demand capped(Demand demand, int containers) {
        return new Demand(
                demand.memory(),
                demand.scratch(),
                demand.runtime(),
                demand.image(),
                demand.concurrency(),
                OptionalInt.of(containers),
                demand.needs());
    }

    static Demand concurrent(Demand demand, int calls) {
        return new Demand(
                demand.memory(),
                demand.scratch(),
                demand.runtime(),
                demand.image(),
                calls,
                demand.maxContainers(),
                demand.needs());
    }

    static Demand needing(Demand demand, Gpus gpus, String... labels) {
        return new Demand(
                demand.memory(),
                demand.scratch(),
                demand.runtime(),
                demand.image(),
                demand.concurrency(),
                demand.maxContainers(),
                new Needs(NodeLabels.parse(List.of(labels)), gpus));
    }

    static Ticket ticket(int call, int revision, Demand demand) {
        return ticket(call, revision, demand, NEVER);
    }

    static Ticket ticket(int call, int revision, Demand demand, long deadline) {
        return new Ticket(id(call), function(revision), revision(revision), demand, deadline);
    }

    static Room room(int slots, int memory, int scratch) {
        return new Room(slots, Bytes.ofMiB(memory), Bytes.ofMiB(scratch));
    }

    static Room room(int slots, int memory, int scratch, int gpus) {
        return new Room(slots, Bytes.ofMiB(memory), Bytes.ofMiB(scratch), gpus);
    }

    static NodeView labelled(NodeView view, String... labels) {
        return new NodeView(
                view.id(),
                view.ready(),
                view.capacity(),
                view.used(),
                view.unavailable(),
                view.idle(),
                view.stems(),
                view.images(),
                NodeLabels.parse(List.of(labels)));
    }

    static NodeView node(String id, Room capacity) {
        return new NodeView(id, true, capacity, Room.NONE, Room.NONE, Map.of(), Map.of(), Set.of());
    }

    static NodeView used(NodeView view, Room used) {
        return new NodeView(
                view.id(),
                view.ready(),
                view.capacity(),
                used,
                view.unavailable(),
                view.idle(),
                view.stems(),
                view.images(),
                view.labels());
    }

    static NodeView unavailable(NodeView view, Room unavailable) {
        return new NodeView(
                view.id(),
                view.ready(),
                view.capacity(),
                view.used(),
                unavailable,
                view.idle(),
                view.stems(),
                view.images(),
                view.labels());
    }

    static NodeView ready(NodeView view, boolean ready) {
        return new NodeView(
                view.id(),
                ready,
                view.capacity(),
                view.used(),
                view.unavailable(),
                view.idle(),
                view.stems(),
                view.images(),
                view.labels());
    }

    static NodeView offering(NodeView view, Map<RevisionId, Integer> idle, Map<String, Integer> stems, Set<String> im) {
        return new NodeView(
                view.id(),
                view.ready(),
                view.capacity(),
                view.used(),
                view.unavailable(),
                idle,
                stems,
                im,
                view.labels());
    }
}
