package dev.hearth.deploy.simulation;

import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import dev.hearth.deploy.simulation.SimulatedContainer.State;
import dev.hearth.gateway.scheduler.NodeView;
import dev.hearth.gateway.scheduler.Room;
import dev.hearth.invoker.pool.CallKey;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.ContainerPool;
import dev.hearth.invoker.pool.ImageKind;
import dev.hearth.invoker.pool.ImageNews;
import dev.hearth.invoker.pool.PoolEffect;
import dev.hearth.invoker.pool.PoolSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A worker node: carries out what its pool decides in the time that this costs, and reports, as the invoker's fleet does. */
final class Worker {
    private static final long SOON = 20_000;
    private static final long START_REST = 50_000;
    private static final long RELIEF = 10_000;
    /** A call that shares has its turn or its start long before. */
    private static final long SHARED = 1_000_000;

    private static final int REMOVALS = 2;

    private final int number;
    private final String id;
    private final World world;
    private final Agenda agenda;
    private final Costs costs;
    private final long messageMicros;
    private final long startMicros;
    private final ContainerPool pool;
    private final Map<CallKey, SimulatedCall> waiting = new HashMap<>();
    private final Map<ContainerId, SimulatedContainer> containers = new HashMap<>();
    private final Set<String> images = new HashSet<>();
    private final long[] removals = new long[REMOVALS];
    private int briefWaiting;
    private boolean relieving;
    private long relieved;
    private int underWay;
    private boolean surprising;
    private boolean reporting;

    /** What all workers share. */
    record World(Agenda agenda, Scenario scenario, Tally tally, Downloads downloads, Head head) {}

    Worker(int number, World world, Set<String> runtimes) {
        this.number = number;
        this.world = world;
        // All of one length, so that their order is that of their numbers.
        id = "w" + (Scenario.MOST_WORKERS + number);
        agenda = world.agenda();
        costs = world.scenario().costs();
        messageMicros = Costs.micros(costs.message());
        startMicros = Costs.micros(world.scenario().startLimit());
        pool = new ContainerPool(
                world.scenario().worker().limits(world.scenario().scratch()), id);
        for (String runtime : runtimes) {
            String image = FunctionTerms.imageOf(runtime);
            images.add(image);
            apply(pool.image(
                    new ImageNews.Found(image, FunctionTerms.runtimeImage(), ImageKind.KEPT, 0), agenda.millis()));
        }
    }

    String id() {
        return id;
    }

    ContainerPool pool() {
        return pool;
    }

    /** A call is sent to this worker. */
    void send(SimulatedCall call) {
        underWay++;
        agenda.after(messageMicros, () -> take(call));
    }

    private void take(SimulatedCall call) {
        underWay--;
        CallKey key = call.dispatch();
        waiting.put(key, call);
        call.brief = call.function.isBrief();
        briefWaiting += call.brief ? 1 : 0;
        apply(pool.lease(key, call.function.lease, agenda.millis()));
        if (waiting.containsKey(key)) {
            agenda.after(startMicros, () -> giveUp(key));
            relieved = call.brief ? agenda.now() + SHARED : relieved;
            relieveSoon();
        }
    }

    private void giveUp(CallKey key) {
        if (waiting.containsKey(key)) {
            fail(key);
            apply(pool.cancel(key, agenda.millis()));
        }
    }

    private void apply(List<PoolEffect> effects) {
        for (PoolEffect effect : effects) {
            switch (effect) {
                case PoolEffect.Grant grant -> grant(grant);
                case PoolEffect.ArmTimer timer -> arm(timer);
                case PoolEffect.Create create -> create(create);
                case PoolEffect.Initialise initialise -> initialise(initialise);
                case PoolEffect.Refuse refuse -> {
                    SimulatedCall call = served(refuse.call());
                    agenda.after(messageMicros, () -> world.head().refused(call, id));
                }
                case PoolEffect.Fail fail -> fail(fail.call());
                case PoolEffect.ImageFailed failed -> fail(failed.call());
                case PoolEffect.Remove remove -> remove(remove);
                case PoolEffect.FetchImage fetch -> fetch(fetch);
                case PoolEffect.RemoveImage leaving -> removeImage(leaving.image());
            }
        }
    }

    private SimulatedCall served(CallKey key) {
        SimulatedCall call = waiting.remove(key);
        if (call == null) {
            throw new IllegalStateException("call " + key + " does not wait on " + id);
        }
        briefWaiting -= call.brief ? 1 : 0;
        return call;
    }

    private void fail(CallKey key) {
        SimulatedCall call = served(key);
        agenda.after(messageMicros, () -> world.head().failed(call, id));
    }

    private void grant(PoolEffect.Grant grant) {
        SimulatedCall call = served(grant.call());
        SimulatedContainer container = container(grant.container());
        world.tally().began(grant.start(), agenda.now() - call.arrived);
        surprising |= (grant.start() == StartKind.WARM) != call.promised;
        move(container, State.BUSY);
        agenda.after(call.runMicros, () -> {
            move(container, State.IDLE);
            apply(pool.released(grant.container(), grant.call(), true, agenda.millis()));
            agenda.after(messageMicros, () -> world.head().ended(call, id));
        });
    }

    private SimulatedContainer container(ContainerId container) {
        SimulatedContainer found = containers.get(container);
        if (found == null) {
            throw new IllegalStateException(container + " is not on " + id);
        }
        return found;
    }

    private void move(SimulatedContainer container, State next) {
        world.tally().memory.move(container, next, agenda.now());
    }

    private void create(PoolEffect.Create create) {
        ContainerId container = create.container();
        SimulatedContainer made = new SimulatedContainer(create.blueprint(), agenda.now());
        containers.put(container, made);
        world.tally().created++;
        agenda.after(costs.startMicros(made.runtime), () -> {
            if (made.state != State.REMOVING) {
                move(made, State.STEM);
            }
            apply(pool.started(container, agenda.millis()));
            reportSoon();
        });
        reportSoon();
    }

    private void initialise(PoolEffect.Initialise initialise) {
        ContainerId container = initialise.container();
        SimulatedContainer made = container(container);
        move(made, State.STARTING);
        made.memory = initialise.demand().memory().value();
        agenda.after(costs.initMicros(made.runtime), () -> {
            if (made.state != State.REMOVING) {
                move(made, State.IDLE);
            }
            apply(pool.initialised(container, agenda.millis()));
            agenda.after(START_REST, () -> apply(pool.replenish(agenda.millis())));
            reportSoon();
        });
    }

    /** One timer a container; the agenda looks at it no sooner than it must, and again if it was armed anew meanwhile. */
    private void arm(PoolEffect.ArmTimer timer) {
        SimulatedContainer container = container(timer.container());
        container.generation = timer.generation();
        container.due = (agenda.millis() + timer.delay().toMillis()) * 1_000;
        look(timer.container(), container);
    }

    private void look(ContainerId id, SimulatedContainer container) {
        if (container.looked <= container.due) {
            return;
        }
        container.looked = container.due;
        agenda.at(container.due, () -> {
            if (container.looked != agenda.now() || container.state == State.REMOVING) {
                return;
            }
            container.looked = Long.MAX_VALUE;
            if (container.due > agenda.now()) {
                look(id, container);
            } else {
                apply(pool.timer(id, container.generation, agenda.millis()));
            }
        });
    }

    private void remove(PoolEffect.Remove remove) {
        ContainerId container = remove.container();
        SimulatedContainer leaving = container(container);
        world.tally().removed(remove.reason());
        move(leaving, State.REMOVING);
        int lane = removals[0] <= removals[1] ? 0 : 1;
        removals[lane] = Math.max(removals[lane], agenda.now()) + Costs.micros(costs.removal());
        agenda.at(removals[lane], () -> {
            world.tally().memory.count(leaving, agenda.now());
            containers.remove(container);
            apply(pool.removed(container, agenda.millis()));
            reportSoon();
        });
        reportSoon();
    }

    private void fetch(PoolEffect.FetchImage fetch) {
        Bytes size = fetch.demand().terms().size();
        agenda.after(
                Costs.micros(costs.fetch()),
                () -> world.downloads().begin(number, size.value(), () -> {
                    world.tally().fetches++;
                    world.tally().fetchedBytes += size.value();
                    images.add(fetch.image());
                    hear(new ImageNews.Fetched(fetch.image(), size, ImageKind.FETCHED));
                }));
    }

    private void removeImage(String image) {
        agenda.after(Costs.micros(costs.removal()), () -> {
            world.tally().imagesRemoved++;
            images.remove(image);
            hear(new ImageNews.Removed(image));
        });
    }

    private void hear(ImageNews news) {
        apply(pool.image(news, agenda.millis()));
        reportSoon();
    }

    /** While calls wait that may share, and not for ever; for others the pool has nothing to do between two events. */
    private void relieveSoon() {
        if (!relieving && briefWaiting > 0 && agenda.now() < relieved) {
            relieving = true;
            agenda.after(RELIEF, () -> {
                relieving = false;
                apply(pool.relieve(agenda.millis()));
                relieveSoon();
            });
        }
    }

    /** To be called at a steady beat. */
    void refill() {
        apply(pool.refill(agenda.millis()));
    }

    /**
     * To be called at the beat of statuses. What the head knows is spared: as long as each call finds what it was placed for,
     * the head counts containers that fall idle and are used again as the pool does, unless a call was on its way to here
     * when the last status left or came.
     */
    void heartbeat() {
        if (surprising && !reporting) {
            report();
        }
    }

    private void reportSoon() {
        if (!reporting) {
            reporting = true;
            agenda.after(SOON, this::report);
        }
    }

    private void report() {
        reporting = false;
        surprising = underWay > 0;
        NodeView view = view();
        agenda.after(messageMicros, () -> {
            surprising |= underWay > 0;
            world.head().status(view);
        });
    }

    NodeView view() {
        PoolSnapshot now = pool.snapshot();
        Room capacity = room(
                now.slots().capacity(), now.memory().capacity(), now.scratch().capacity());
        Room used = room(now.slots().used(), now.memory().used(), now.scratch().used());
        return new NodeView(id, true, capacity, used, Room.NONE, now.idle(), now.stems(), images);
    }

    private static Room room(long slots, long memory, long scratch) {
        return new Room((int) slots, new Bytes(memory), new Bytes(scratch));
    }

    /** Counts the memory of all containers until now. */
    void count() {
        containers.values().forEach(container -> world.tally().memory.count(container, agenda.now()));
    }

    int containers() {
        return containers.size();
    }
}
