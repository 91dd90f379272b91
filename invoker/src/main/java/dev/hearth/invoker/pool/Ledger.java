package dev.hearth.invoker.pool;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All containers, with the counts and sums that follow from the phase of each. */
final class Ledger {
    final Room room;
    private final ImageShelf images;
    private final Map<ContainerId, PooledContainer> containers = new LinkedHashMap<>();
    private final PhaseCounts phases = new PhaseCounts();
    private final String prefix;
    private long made;

    Ledger(Size budget, ImageShelf images, String prefix) {
        this.images = images;
        this.room = new Room(budget);
        this.prefix = prefix;
    }

    /** An id that no container of this life has had, and none of another life if the prefix differs. */
    ContainerId nextId() {
        ContainerId id;
        do {
            id = new ContainerId(prefix + "-" + Long.toString(++made, 36));
        } while (containers.containsKey(id));
        return id;
    }

    @Nullable
    PooledContainer find(ContainerId id) {
        return containers.get(id);
    }

    void enter(PooledContainer container, Phase phase, long now) {
        containers.put(container.id, container);
        if (phase.exists()) {
            images.bringIn(container.image);
        }
        count(container, phase, now);
    }

    void move(PooledContainer container, Phase phase, long now) {
        container.countIdle(now);
        uncount(container);
        count(container, phase, now);
    }

    /** Turns a stem cell into a container of the revision, whose exact size it takes. */
    void bind(PooledContainer container, RevisionContainers revision, long now) {
        uncount(container);
        container.revision = revision;
        container.size = revision.size;
        count(container, Phase.INITIALISING, now);
    }

    void remove(PooledContainer container) {
        uncount(container);
        containers.remove(container.id);
        images.released(container.image);
    }

    private void count(PooledContainer container, Phase phase, long now) {
        container.phase = phase;
        container.since = now;
        container.idleFrom = now;
        if (phase != Phase.REMOVING) {
            container.image.lastUse = now;
        }
        change(container, 1);
        room.enter(phase, container.size);
    }

    private void uncount(PooledContainer container) {
        change(container, -1);
        room.leave(container.phase, container.size);
    }

    private void change(PooledContainer container, int by) {
        phases.change(container.phase, by);
        container.image.phases.change(container.phase, by);
        if (container.revision != null) {
            container.revision.phases.change(container.phase, by);
        }
    }

    int count(Phase phase) {
        return phases.of(phase);
    }

    Collection<PooledContainer> all() {
        return Collections.unmodifiableCollection(containers.values());
    }
}
