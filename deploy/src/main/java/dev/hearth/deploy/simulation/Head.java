package dev.hearth.deploy.simulation;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.scheduler.Decision;
import dev.hearth.gateway.scheduler.Finish;
import dev.hearth.gateway.scheduler.NodeView;
import dev.hearth.gateway.scheduler.PlacementPolicy;
import dev.hearth.gateway.scheduler.Preference;
import dev.hearth.gateway.scheduler.Scheduler;
import dev.hearth.gateway.scheduler.Submission;
import dev.hearth.gateway.scheduler.Ticket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The head node: carries out what the scheduler decides and tells it what happened, as the gateway's calls do. */
final class Head {
    private final Agenda agenda;
    private final Tally tally;
    private final Scheduler scheduler;
    private final long queueMillis;
    private final Map<InvocationId, SimulatedCall> calls = new HashMap<>();
    private final Map<String, Worker> workers = new HashMap<>();

    Head(Agenda agenda, Tally tally, Scenario scenario) {
        this.agenda = agenda;
        this.tally = tally;
        scheduler = new Scheduler(scenario.limits(), PlacementPolicy.named(scenario.policy(), scenario.seed()));
        queueMillis = scenario.queue().toMillis();
    }

    /** Calls that have come and not ended. */
    int open() {
        return calls.size();
    }

    void join(Worker worker) {
        workers.put(worker.id(), worker);
        status(worker.view());
    }

    void submit(SimulatedCall call) {
        long now = agenda.millis();
        FunctionTerms function = call.function;
        tally.arrived++;
        calls.put(call.id, call);
        Ticket ticket = new Ticket(call.id, function.name, function.revision, function.demand, now + queueMillis);
        Submission submission = scheduler.submit(ticket, now);
        if (submission instanceof Submission.Rejected) {
            end(call.id);
            tally.rejected++;
        }
        carryOut(submission.decisions());
        tally.mostQueued = Math.max(tally.mostQueued, scheduler.queued());
    }

    /** A worker told the outcome of a call, whose container is idle now. */
    void ended(SimulatedCall call, String worker) {
        end(call.id);
        tally.ended++;
        carryOut(scheduler.ended(call.id, worker, Finish.keeping(call.runMicros / 1_000), agenda.millis()));
    }

    /** A worker could not serve a call: no container of it was started. */
    void failed(SimulatedCall call, String worker) {
        end(call.id);
        tally.failed++;
        carryOut(scheduler.ended(call.id, worker, Finish.NEVER_RAN, agenda.millis()));
    }

    void refused(SimulatedCall call, String worker) {
        tally.refusals++;
        carryOut(scheduler.refused(call.id, worker, agenda.millis()));
    }

    void status(NodeView view) {
        tally.statuses++;
        carryOut(scheduler.node(view, agenda.millis()));
    }

    void tick() {
        carryOut(scheduler.tick(agenda.millis()));
    }

    private void carryOut(List<Decision> decisions) {
        for (Decision decision : decisions) {
            switch (decision) {
                case Decision.Place place -> place(place);
                case Decision.Expire expire -> {
                    end(expire.id());
                    tally.expired++;
                }
            }
        }
    }

    private void place(Decision.Place place) {
        SimulatedCall call = calls.get(place.id());
        Worker worker = workers.get(place.node());
        if (call == null || worker == null) {
            throw new IllegalStateException("nothing is known of " + place);
        }
        call.promised = place.preference() == Preference.IDLE;
        worker.send(call);
    }

    private void end(InvocationId id) {
        SimulatedCall call = calls.remove(id);
        if (call == null) {
            throw new IllegalStateException("call " + id + " ended and is not open");
        }
        call.end();
    }

    Scheduler scheduler() {
        return scheduler;
    }
}
