package dev.hearth.deploy;

import dev.hearth.common.units.Durations;
import dev.hearth.deploy.simulation.Outcome;
import dev.hearth.deploy.simulation.Scenario;
import dev.hearth.deploy.simulation.Simulation;
import dev.hearth.deploy.simulation.trace.Trace;
import dev.hearth.deploy.simulation.trace.TraceException;
import dev.hearth.gateway.scheduler.PlacementPolicy;
import dev.hearth.gateway.scheduler.SchedulerLimits;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hearth simulate}: a cluster on paper, for who plans one. */
@Command(
        name = "simulate",
        description =
                "Plays a trace of calls against a cluster of the real scheduler and the real container pools on a virtual"
                        + " clock, and tells how they went. Needs no node and no engine.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SimulateCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Mixin
    private final SimulateTrace trace = new SimulateTrace();

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many workers the cluster has. Default: 3.")
    private int workers;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "fcfs",
            description = "scheduler.policy, or all: each of them in turn. Default: fcfs.")
    @SuppressWarnings("NullAway.Init")
    private String policy;

    @Option(
            names = "--queue",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "How long a call may wait for a worker. Default: 60s.")
    @SuppressWarnings("NullAway.Init")
    private Duration queue;

    @Option(
            names = "--start-limit",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "How long a call may then wait on its worker for a container or an image. Default: 60s.")
    @SuppressWarnings("NullAway.Init")
    private Duration startLimit;

    @Option(
            names = "--heartbeat",
            paramLabel = "DURATION",
            defaultValue = "1s",
            description = "invoker.heartbeat. Default: 1s.")
    @SuppressWarnings("NullAway.Init")
    private Duration heartbeat;

    @Mixin
    private final SimulateWorker worker = new SimulateWorker();

    @Mixin
    private final SimulateCosts costs = new SimulateCosts();

    @Option(names = "--json", description = "Prints the figures as JSON instead.")
    private boolean json;

    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public Integer call() {
        List<SimulationReport.Run> runs = new ArrayList<>();
        try {
            Scenario scenario = scenario();
            for (String each : policies()) {
                runs.add(run(scenario.with(each)));
            }
            SimulationReport report = new SimulationReport(trace.described(workers), described(), runs);
            console.print(json ? report.json() : report.table());
            return 0;
        } catch (IllegalArgumentException | TraceException wrong) {
            throw console.misused(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private SimulationReport.Run run(Scenario scenario) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = System.nanoTime();
        long processor = threads.getCurrentThreadCpuTime();
        try (Trace calls = trace.open(workers)) {
            Outcome outcome = Simulation.of(scenario, calls);
            return new SimulationReport.Run(
                    outcome, (System.nanoTime() - began) / 1e9, (threads.getCurrentThreadCpuTime() - processor) / 1e9);
        }
    }

    private List<String> policies() {
        return policy.equals(ALL) ? PlacementPolicy.NAMES : List.of(policy);
    }

    private Scenario scenario() {
        return new Scenario(
                workers,
                worker.shape(),
                costs.costs(),
                policy,
                trace.seed(),
                SchedulerLimits.DEFAULT,
                queue,
                startLimit,
                worker.keepAlive(),
                worker.functionScratch(),
                heartbeat,
                trace.length());
    }

    private String described() {
        return workers + (workers == 1 ? " worker of " : " workers of ") + worker.described() + ", calls wait up to "
                + Durations.format(queue);
    }
}
