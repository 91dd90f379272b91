package dev.hearth.invoker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.pool.FakeCalls.End;
import dev.hearth.invoker.pool.FakeNode.Fake;
import dev.hearth.invoker.pool.FakeNode.Life;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A pool, an engine with a will of its own, and calls, on a virtual clock.
 *
 * <p>The engine answers late, twice, in odd order, wrongly or not at all, as the {@link Weather} says. After each event
 * the pool's own invariants and those of {@link FakeNode} and {@link FakeCalls}, which count for themselves, must hold.
 */
final class PoolSimulation {
    /**
     * Chances in percent.
     *
     * @param fault that a start, init or call goes wrong
     * @param echo that an event comes a second time, later
     * @param hang that a start is never answered, and that a removal takes minutes
     * @param loss that a beat kills some container
     * @param kills whether the container of a call that is cancelled while it runs is killed
     */
    record Weather(int fault, int echo, int hang, int loss, boolean kills) {}

    private record Event(long at, long order, Runnable action) {}

    private record Step(long at, String what, List<PoolEffect> effects) {}

    private static final ImageState[] UNSETTLED = {ImageState.AWAITED, ImageState.FETCHING, ImageState.LEAVING};
    private static final int TRACE = 40;
    private static final int MILLIS_PER_CALL = 100;

    private final Random random;
    private final Weather weather;
    private final List<Demand> demands;
    private final PoolLimits limits;
    private final ContainerPool pool;
    private final FakeNode node;
    private final FakeDisk disk;
    private final DiskEvents images;
    private final FakeCalls calls = new FakeCalls();
    private final Deque<Step> trace = new ArrayDeque<>();
    private final PriorityQueue<Event> agenda =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private long now;
    private long order;
    private int events;
    private long toldIdle;

    PoolSimulation(long seed, Weather weather, PoolLimits limits, List<Demand> demands) {
        this.random = new Random(seed);
        this.weather = weather;
        this.limits = limits;
        this.demands = demands;
        this.pool = new ContainerPool(limits, "s" + seed);
        this.node = new FakeNode(limits);
        this.disk = new FakeDisk(limits, demands);
        this.images = new DiskEvents(this, weather);
    }

    FakeCalls calls() {
        return calls;
    }

    FakeNode node() {
        return node;
    }

    FakeDisk disk() {
        return disk;
    }

    int events() {
        return events;
    }

    /** What happened last. */
    String trace() {
        return trace.stream().map(Step::toString).collect(Collectors.joining("\n"));
    }

    /** Runs so many calls, then drains the node and sees everything end. */
    void run(int count) {
        new EarlierLife(this, limits, demands).adopt();
        for (int i = 0; i < count; i++) {
            at(random.nextInt(count * MILLIS_PER_CALL), this::callArrives);
        }
        for (long beat = 0; beat < count * MILLIS_PER_CALL + 60_000; beat += 500) {
            at(beat, this::beat);
        }
        playUntilQuiet();
        feed("drain", p -> p.drain(now));
        playUntilQuiet();
        assertThat(calls.open()).as("calls that never ended").isZero();
        assertThat(calls.arrived()).isEqualTo(count);
        assertThat(node.containers).as("containers left").isEmpty();
        assertThat(pool.listing()).isEmpty();
        assertThat(pool.images()).extracting(PoolImage::state).doesNotContain(UNSETTLED);
        assertThat(pool.snapshot().memory().used()).isZero();
        tellIdleTime();
        assertThat(toldIdle).as("idle time").isEqualTo(node.idleByteMillis());
    }

    private void tellIdleTime() {
        pool.idleTime(now).forEach(idle -> toldIdle += idle.byteMillis());
    }

    private void playUntilQuiet() {
        for (Event event = agenda.poll(); event != null; event = agenda.poll()) {
            now = event.at();
            event.action().run();
        }
    }

    private void callArrives() {
        Demand demand = any(demands);
        CallKey call = calls.arrive(demand);
        feed("lease " + call + " " + demand.label(), p -> p.lease(call, demand, now));
        after(1 + random.nextInt(chance(20) ? 100 : 30_000), () -> {
            if (calls.waits(call)) {
                calls.endWaiting(call, End.CANCELLED);
            } else if (weather.kills()) {
                killFor(call);
            }
            feed("cancel " + call, p -> p.cancel(call, now));
        });
    }

    /** A call that runs is cancelled: its container is killed, and the calls beside it end with it. */
    private void killFor(CallKey call) {
        node.containers.values().stream()
                .filter(fake -> fake.calls.contains(call))
                .findFirst()
                .ifPresent(fake -> List.copyOf(fake.calls)
                        .forEach(each -> ends(fake.id, each, false, each.equals(call) ? End.CANCELLED : End.DIED)));
    }

    private void relieve(int times) {
        feed("relieve", p -> p.relieve(now));
        if (times > 0) {
            after(10, () -> relieve(times - 1));
        }
    }

    private void beat() {
        tellIdleTime();
        feed("refill", p -> p.refill(now));
        after(random.nextInt(400), () -> relieve(random.nextInt(12)));
        if (chance(weather.loss()) && !node.containers.isEmpty()) {
            Fake fake = any(List.copyOf(node.containers.values()));
            if (random.nextBoolean()) {
                dies(fake.id);
            } else {
                gone(fake.id);
            }
        }
        images.beat();
        if (chance(10)) {
            pool.noCoreIdle(random.nextBoolean());
            feed("relieve", p -> p.relieve(now));
        }
        if (chance(3)) {
            Demand demand = any(demands);
            feed("revisionGone " + demand.label(), p -> p.revisionGone(demand.revision(), now));
        }
        if (chance(5) && !node.containers.isEmpty()) {
            ContainerId id = any(List.copyOf(node.containers.keySet()));
            feed("evict " + id, p -> p.evict(id, now));
        }
    }

    private void apply(PoolEffect effect) {
        switch (effect) {
            case PoolEffect.Create create -> {
                node.create(create);
                starts(create);
            }
            case PoolEffect.Initialise initialise -> {
                node.initialise(initialise);
                initialises(initialise.container());
            }
            case PoolEffect.Grant grant -> {
                Demand demand = calls.grant(grant.call());
                node.grant(grant.container(), grant.call(), demand, now);
                runs(grant.container(), grant.call());
            }
            case PoolEffect.Refuse refuse -> calls.endWaiting(refuse.call(), End.REFUSED);
            case PoolEffect.Fail fail -> calls.endWaiting(fail.call(), End.FAILED);
            case PoolEffect.ImageFailed failed -> calls.endWaiting(failed.call(), End.FAILED);
            case PoolEffect.FetchImage fetch -> {
                disk.fetch(fetch.image());
                images.fetches(fetch.image());
            }
            case PoolEffect.RemoveImage remove -> {
                disk.orderOut(remove.image(), node);
                images.leaves(remove.image());
            }
            case PoolEffect.Remove remove -> {
                node.remove(remove, calls.anyWaits(), now);
                sometimesTwice(chance(weather.hang()) ? 120_000 : 200, () -> gone(remove.container()));
            }
            case PoolEffect.ArmTimer timer ->
                sometimesTwice(
                        timer.delay().toMillis(),
                        0,
                        () -> feed("timer " + timer, p -> p.timer(timer.container(), timer.generation(), now)));
        }
    }

    private void starts(PoolEffect.Create create) {
        ContainerId id = create.container();
        if (!disk.has(create.blueprint().image())) {
            sometimesTwice(
                    300, () -> feed("missing " + id, p -> p.image(new ImageNews.Missing(id, "no such image"), now)));
            return;
        }
        if (chance(weather.hang())) {
            return;
        }
        if (chance(weather.fault())) {
            Runnable failure = random.nextBoolean()
                    ? () -> dies(id)
                    : () -> feed("startFailed " + id, p -> p.startFailed(id, "no such image", now));
            sometimesTwice(300, failure);
            return;
        }
        sometimesTwice(chance(weather.hang()) ? 40_000 : 400, () -> {
            node.in(Life.CREATING, id).ifPresent(fake -> fake.life = Life.STEM);
            feed("started " + id, p -> p.started(id, now));
        });
    }

    private void initialises(ContainerId id) {
        if (chance(weather.fault())) {
            sometimesTwice(
                    300,
                    random.nextBoolean() ? () -> dies(id) : () -> feed("initFailed " + id, p -> p.initFailed(id, now)));
            return;
        }
        sometimesTwice(100, () -> {
            node.in(Life.INITIALISING, id).ifPresent(fake -> {
                fake.life = Life.READY;
                fake.restedSince = now;
            });
            feed("initialised " + id, p -> p.initialised(id, now));
            after(1 + random.nextInt(100), () -> feed("replenish", p -> p.replenish(now)));
        });
    }

    private void runs(ContainerId id, CallKey call) {
        if (chance(10)) {
            after(random.nextInt(50), () -> feed("blocked " + call, p -> p.blocked(id, call, true, now)));
            after(random.nextInt(500), () -> feed("unblocked " + call, p -> p.blocked(id, call, false, now)));
        }
        boolean crashes = chance(weather.fault());
        after(1 + random.nextInt(chance(5) ? 20_000 : 300), () -> {
            if (crashes) {
                dies(id);
            }
            ends(id, call, !chance(weather.fault()), End.RETURNED);
            if (!crashes && chance(weather.echo())) {
                dies(id);
            }
        });
    }

    private void ends(ContainerId id, CallKey call, boolean reusable, End end) {
        Fake fake = node.containers.get(id);
        if (fake != null && fake.calls.remove(call)) {
            fake.restedSince = now;
            calls.endRunning(call, end);
        }
        // Late, if the call died with its container: the actor may send it all the same.
        feed("released " + id + " " + call + " " + reusable, p -> p.released(id, call, reusable, now));
    }

    private void dies(ContainerId id) {
        callDies(id);
        feed("lost " + id, p -> p.lost(id, "killed", now));
    }

    private void gone(ContainerId id) {
        callDies(id);
        Fake fake = node.containers.get(id);
        if (fake != null) {
            fake.size = Size.NONE;
        }
        feed("removed " + id, p -> p.removed(id, now));
        if (fake != null) {
            assertThat(fake.life).isEqualTo(Life.DYING);
            node.containers.remove(id);
        }
    }

    private void callDies(ContainerId id) {
        Fake fake = node.containers.get(id);
        if (fake != null && !fake.calls.isEmpty()) {
            fake.calls.forEach(call -> calls.endRunning(call, End.DIED));
            fake.calls.clear();
            fake.restedSince = now;
        }
    }

    void feed(String what, Function<ContainerPool, List<PoolEffect>> input) {
        events++;
        if (trace.size() == TRACE) {
            trace.removeFirst();
        }
        trace.addLast(new Step(now, what, List.of()));
        List<PoolEffect> effects = input.apply(pool);
        trace.removeLast();
        trace.addLast(new Step(now, what, effects));
        pool.check();
        Set<Demand> grown = new LinkedHashSet<>();
        for (PoolEffect effect : effects) {
            apply(effect);
            if (effect instanceof PoolEffect.Create create && create.blueprint() instanceof Demand demand) {
                grown.add(demand);
            } else if (effect instanceof PoolEffect.Initialise initialise && initialise.fromStem()) {
                grown.add(initialise.demand());
            }
        }
        for (Demand demand : grown) {
            assertThat(node.countOf(demand))
                    .as("containers of %s, of which one more was started for its calls", demand.label())
                    .isLessThanOrEqualTo(needed(demand));
        }
    }

    /** Only a container that must not be used again is left with free places while another is started. */
    private long needed(Demand demand) {
        return weather.fault() == 0 ? Math.ceilDiv(calls.of(demand), demand.concurrency()) : calls.of(demand);
    }

    private void sometimesTwice(int within, Runnable action) {
        sometimesTwice(0, within, action);
    }

    private void sometimesTwice(long delay, int within, Runnable action) {
        after(delay + random.nextInt(within + 1), action);
        if (chance(weather.echo())) {
            after(delay + random.nextInt(20_000), action);
        }
    }

    void after(long delay, Runnable action) {
        at(now + delay, action);
    }

    private void at(long time, Runnable action) {
        agenda.add(new Event(time, order++, action));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long now() {
        return now;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
