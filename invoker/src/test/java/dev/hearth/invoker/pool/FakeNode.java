package dev.hearth.invoker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.Initialise;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a node with a real engine would look like after the effects so far; keeps its own sums. */
final class FakeNode {
    enum Life {
        CREATING,
        STEM,
        INITIALISING,
        READY,
        DYING
    }

    /** A container as the engine sees it. */
    static final class Fake {
        final ContainerId id;
        final String image;
        Life life;
        Size size;

        @Nullable
        Demand demand;

        final Set<CallKey> calls = new LinkedHashSet<>();

        /** When it could last have become idle. */
        long restedSince;

        Fake(ContainerId id, Life life, Blueprint blueprint) {
            this.id = id;
            this.image = blueprint.image();
            this.life = life;
            this.size = Size.of(blueprint);
            this.demand = blueprint instanceof Demand of ? of : null;
        }

        boolean isOf(Demand other) {
            return demand != null && demand.equals(other);
        }
    }

    private static final Set<RemovalReason> FOR_ROOM =
            Set.of(RemovalReason.EVICTED_MEMORY, RemovalReason.EVICTED_SCRATCH, RemovalReason.EVICTED_GPUS);

    final Map<ContainerId, Fake> containers = new LinkedHashMap<>();
    private final PoolLimits limits;
    private int made;
    private long idleByteMillis;

    FakeNode(PoolLimits limits) {
        this.limits = limits;
    }

    int made() {
        return made;
    }

    void create(Create effect) {
        made++;
        Fake before =
                containers.put(effect.container(), new Fake(effect.container(), Life.CREATING, effect.blueprint()));
        assertThat(before).as("the id of %s is new", effect).isNull();
        assertThat(containers.values().stream().filter(fake -> fake.life == Life.CREATING))
                .as("creates at once")
                .hasSizeLessThanOrEqualTo(limits.maxStarts());
        assertRoom();
    }

    /** A container that was there before the pool. */
    Fake found(ContainerId id, Blueprint blueprint) {
        Fake fake = new Fake(id, blueprint instanceof Demand ? Life.READY : Life.STEM, blueprint);
        containers.put(id, fake);
        return fake;
    }

    void initialise(Initialise effect) {
        Fake fake = alive(effect.container());
        assertThat(fake.life).as("before %s", effect).isEqualTo(Life.STEM);
        fake.life = Life.INITIALISING;
        fake.demand = effect.demand();
        fake.size = Size.of(effect.demand());
        assertRoom();
    }

    void grant(ContainerId id, CallKey call, Demand demand, long now) {
        Fake fake = alive(id);
        assertThat(fake.life).as("life of %s, which got a call", id).isEqualTo(Life.READY);
        assertThat(fake.calls).as("calls in %s", id).hasSizeLessThan(demand.concurrency());
        assertThat(fake.demand).isEqualTo(demand);
        countIdle(fake, now);
        fake.calls.add(call);
    }

    /** Warm containers go for calls that wait, or in adoption for other warm ones, never for a stem cell. */
    void remove(PoolEffect.Remove effect, boolean callsWait, long now) {
        Fake fake = alive(effect.container());
        if (fake.demand != null && FOR_ROOM.contains(effect.reason())) {
            assertThat(callsWait || !hasStemCells())
                    .as("%s goes for a call", fake.id)
                    .isTrue();
        }
        countIdle(fake, now);
        fake.life = Life.DYING;
        if (effect.reason() == RemovalReason.KEEP_ALIVE) {
            long keepAlive = Objects.requireNonNull(fake.demand).keepAlive().toMillis();
            assertThat(fake.calls)
                    .as("calls in %s, which has been idle too long", fake.id)
                    .isEmpty();
            assertThat(now - fake.restedSince).as("rest of %s", fake.id).isGreaterThanOrEqualTo(keepAlive);
        }
    }

    /** Whether a stem cell is here or being made. */
    private boolean hasStemCells() {
        return containers.values().stream().anyMatch(fake -> fake.demand == null && fake.life != Life.DYING);
    }

    private void countIdle(Fake fake, long now) {
        if (fake.life == Life.READY && fake.calls.isEmpty()) {
            idleByteMillis += Objects.requireNonNull(fake.demand).memory().value() * (now - fake.restedSince);
        }
    }

    /** Memory x time that containers which have had a call since, or have gone, stood idle. */
    long idleByteMillis() {
        return idleByteMillis;
    }

    private Fake alive(ContainerId id) {
        assertThat(containers).as("existing containers").containsKey(id);
        Fake fake = Objects.requireNonNull(containers.get(id));
        assertThat(fake.life).as("%s is not being removed", id).isNotEqualTo(Life.DYING);
        return fake;
    }

    Optional<Fake> in(Life life, ContainerId id) {
        return Optional.ofNullable(containers.get(id)).filter(fake -> fake.life == life);
    }

    List<String> imagesInUse() {
        // One that is gone has given up its size.
        return containers.values().stream()
                .filter(fake -> !fake.size.isNone())
                .map(fake -> fake.image)
                .toList();
    }

    long countOf(Demand demand) {
        return containers.values().stream()
                .filter(fake -> fake.isOf(demand) && fake.life != Life.DYING)
                .count();
    }

    private void assertRoom() {
        Size sum = containers.values().stream().map(fake -> fake.size).reduce(Size.NONE, Size::plus);
        assertThat(sum.memory())
                .as("memory")
                .isLessThanOrEqualTo(limits.memory().value());
        assertThat(sum.scratch())
                .as("scratch")
                .isLessThanOrEqualTo(limits.scratch().value());
    }
}
