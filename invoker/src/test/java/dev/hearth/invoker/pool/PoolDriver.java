package dev.hearth.invoker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import dev.hearth.invoker.pool.PoolEffect.Initialise;
import dev.hearth.invoker.pool.PoolEffect.Refuse;
import dev.hearth.invoker.pool.PoolEffect.Remove;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** A pool moved by hand: checks the invariants after each input and remembers the effects. */
final class PoolDriver {
    final ContainerPool pool;
    long now;
    private long calls = 1_000_000;
    private final Map<ContainerId, ArrayDeque<CallKey>> running = new HashMap<>();
    private List<PoolEffect> effects = new ArrayList<>();

    PoolDriver(PoolLimits limits) {
        this.pool = new ContainerPool(limits, "t");
    }

    /** Feeds one input; its effects are read by the methods below. */
    PoolDriver then(Function<ContainerPool, List<PoolEffect>> input) {
        effects = input.apply(pool);
        all(Grant.class)
                .forEach(grant -> running.computeIfAbsent(grant.container(), _ -> new ArrayDeque<>())
                        .add(grant.call()));
        pool.check();
        return this;
    }

    PoolDriver lease(long call, Demand demand) {
        return then(p -> p.lease(Samples.call(call), demand, now));
    }

    PoolDriver cancel(long call) {
        return then(p -> p.cancel(Samples.call(call), now));
    }

    PoolDriver started(ContainerId id) {
        return then(p -> p.started(id, now));
    }

    PoolDriver startFailed(ContainerId id) {
        return then(p -> p.startFailed(id, "no such image", now));
    }

    PoolDriver replenish() {
        return then(p -> p.replenish(now));
    }

    PoolDriver initialised(ContainerId id) {
        return then(p -> p.initialised(id, now));
    }

    PoolDriver initFailed(ContainerId id) {
        return then(p -> p.initFailed(id, now));
    }

    /** The call that has run there for longest is over. */
    PoolDriver released(ContainerId id) {
        return released(id, true);
    }

    PoolDriver released(ContainerId id, boolean reusable) {
        ArrayDeque<CallKey> calls = running.getOrDefault(id, new ArrayDeque<>());
        CallKey call = calls.isEmpty() ? Samples.call(0) : calls.remove();
        return then(p -> p.released(id, call, reusable, now));
    }

    /** The call that was granted the container last waits for a nested one, or goes on. */
    PoolDriver blocked(ContainerId id, boolean waits) {
        CallKey call = Objects.requireNonNull(running.get(id)).getLast();
        return then(p -> p.blocked(id, call, waits, now));
    }

    PoolDriver lost(ContainerId id) {
        return then(p -> p.lost(id, "killed", now));
    }

    PoolDriver removed(ContainerId id) {
        return then(p -> p.removed(id, now));
    }

    PoolDriver relieve() {
        return then(p -> p.relieve(now));
    }

    /** Time goes by with the beats that belong to it; shows the effects of the last one. */
    PoolDriver pass(int millis) {
        for (int left = millis; left > 0; left -= 10) {
            now += Math.min(10, left);
            relieve();
        }
        return this;
    }

    PoolDriver refill() {
        return then(p -> p.refill(now));
    }

    /** Starts, initialises, uses and releases a new container of the demand. */
    ContainerId idle(Demand demand) {
        ContainerId id = busy(demand);
        released(id);
        return id;
    }

    /** A new container of the demand, in use. */
    ContainerId busy(Demand demand) {
        ContainerId id = lease(calls++, demand).created();
        started(id);
        initialised(id);
        return id;
    }

    /** Several new containers of the demand, idle, the first for the longest time. */
    List<ContainerId> idle(Demand demand, int count) {
        List<ContainerId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(busy(demand));
        }
        ids.forEach(this::released);
        return ids;
    }

    /** A ready stem cell, from a refill that starts one. */
    ContainerId stem() {
        ContainerId id = refill().created();
        started(id);
        return id;
    }

    List<PoolEffect> effects() {
        return effects;
    }

    <E extends PoolEffect> List<E> all(Class<E> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <E extends PoolEffect> E only(Class<E> kind) {
        assertThat(all(kind)).as("%s in %s", kind.getSimpleName(), effects).hasSize(1);
        return all(kind).getFirst();
    }

    ContainerId created() {
        return only(Create.class).container();
    }

    ContainerId specialised() {
        Initialise initialise = only(Initialise.class);
        assertThat(initialise.fromStem()).isTrue();
        return initialise.container();
    }

    Grant granted() {
        return only(Grant.class);
    }

    String refused() {
        return only(Refuse.class).reason();
    }

    List<ContainerId> removals() {
        return all(Remove.class).stream().map(Remove::container).toList();
    }

    RemovalReason removalReason() {
        return only(Remove.class).reason();
    }

    int count(ContainerState state) {
        return pool.snapshot().containers().getOrDefault(state, 0);
    }

    long memoryUsed() {
        return pool.snapshot().memory().used();
    }

    ContainerState state(ContainerId id) {
        return pool.listing().stream()
                .filter(entry -> entry.id().equals(id))
                .map(PoolSnapshot.Entry::state)
                .findFirst()
                .orElseThrow();
    }
}
