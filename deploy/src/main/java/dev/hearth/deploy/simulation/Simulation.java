package dev.hearth.deploy.simulation;

import dev.hearth.deploy.simulation.trace.Trace;
import dev.hearth.deploy.simulation.trace.TracedCall;
import dev.hearth.deploy.simulation.trace.TracedFunction;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cluster of the real scheduler and real pools that is fed a trace on a virtual clock.
 *
 * <p>It ends with the last call. One thread; nothing in it depends on the machine, so that the same scenario and the same
 * trace give the same outcome.
 */
public final class Simulation {
    private static final long TICK = 50_000;
    /** A fifth as often as a node does, which a thousand workers make felt. */
    private static final long REFILL = 10_000_000;

    private static final int PHASES = 10;

    private final Scenario scenario;
    private final Trace trace;
    private final Agenda agenda = new Agenda();
    private final Tally tally = new Tally();
    private final Head head;
    private final List<Worker> workers = new ArrayList<>();
    private final IdentityHashMap<TracedFunction, FunctionTerms> functions = new IdentityHashMap<>();
    private boolean tracing = true;

    Simulation(Scenario scenario, Trace trace) {
        this.scenario = scenario;
        this.trace = trace;
        head = new Head(agenda, tally, scenario);
        Downloads downloads = new Downloads(agenda, scenario.costs(), scenario.workers());
        Worker.World world = new Worker.World(agenda, scenario, tally, downloads, head);
        Set<String> runtimes = new TreeSet<>(scenario.costs().starts().keySet());
        runtimes.remove(Costs.OTHERS);
        for (int i = 0; i < scenario.workers(); i++) {
            workers.add(new Worker(i, world, runtimes));
        }
        workers.forEach(head::join);
    }

    /** Plays the trace, which stays open. */
    public static Outcome of(Scenario scenario, Trace trace) {
        Simulation simulation = new Simulation(scenario, trace);
        simulation.play();
        return simulation.outcome();
    }

    /** Plays until the last call has ended. */
    void play() {
        awaitNext();
        tick();
        beat(0);
        if (scenario.worker().hasStems()) {
            refill(0);
        }
        while (isOn() && agenda.playNext()) {
            // All that happens is on the agenda.
        }
        workers.forEach(Worker::count);
    }

    /** Plays on until nothing more is to happen: what is kept for a time is gone then. */
    void settle() {
        while (agenda.playNext()) {
            // As above.
        }
    }

    private boolean isOn() {
        return tracing || head.open() > 0;
    }

    private void awaitNext() {
        TracedCall next = trace.next();
        if (next == null || next.atMicros() > Costs.micros(scenario.length())) {
            tracing = false;
        } else {
            agenda.at(next.atMicros(), () -> arrive(next));
        }
    }

    private void arrive(TracedCall call) {
        FunctionTerms function = functions.computeIfAbsent(
                call.function(),
                traced -> new FunctionTerms(traced, functions.size(), scenario.scratch(), scenario.keepAlive()));
        function.ran(call.runMicros());
        head.submit(new SimulatedCall(tally.arrived, function, call.runMicros(), agenda.now()));
        awaitNext();
    }

    private void tick() {
        head.tick();
        if (isOn()) {
            agenda.after(TICK, this::tick);
        }
    }

    /** The workers' statuses, a tenth of the workers at a time. */
    private void beat(int turn) {
        for (int i = turn; i < workers.size(); i += PHASES) {
            workers.get(i).heartbeat();
        }
        if (isOn()) {
            agenda.after(Costs.micros(scenario.heartbeat()) / PHASES, () -> beat((turn + 1) % PHASES));
        }
    }

    private void refill(int turn) {
        for (int i = turn; i < workers.size(); i += PHASES) {
            workers.get(i).refill();
        }
        if (isOn()) {
            agenda.after(REFILL / PHASES, () -> refill((turn + 1) % PHASES));
        }
    }

    Outcome outcome() {
        return Outcome.of(scenario, tally, agenda, functions.size());
    }

    List<Worker> workers() {
        return workers;
    }

    Tally tally() {
        return tally;
    }

    Agenda agenda() {
        return agenda;
    }
}
