package dev.hearth.deploy.simulation;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.units.Bytes;
import dev.hearth.deploy.simulation.trace.TracedFunction;
import dev.hearth.gateway.scheduler.Demand;
import dev.hearth.invoker.pool.ImageTerms;
import java.time.Duration;
import java.util.OptionalInt;

/** A function of the trace in the words of the scheduler and of the pools. */
final class FunctionTerms {
    /** What odd multiples of this have in their low bits is well scattered, as those of random ids are. */
    private static final long SCATTER = 0x9E3779B97F4A7C15L;

    private static final Bytes RUNTIME_IMAGE = Bytes.ofMiB(200);
    private static final double RECENT = 0.1;

    final FunctionName name;
    final RevisionId revision;
    final Demand demand;
    final dev.hearth.invoker.pool.Demand lease;
    private double meanRun;

    FunctionTerms(TracedFunction function, int number, Bytes scratch, Duration keepAlive) {
        boolean own = function.runtime().isEmpty();
        name = FunctionName.inDefault("f" + number);
        revision = new RevisionId(new SortableId(1, number * SCATTER));
        String image = own ? function.image() : imageOf(function.runtime());
        demand = new Demand(function.memory(), scratch, function.runtime(), image, 1, OptionalInt.empty());
        lease = new dev.hearth.invoker.pool.Demand(
                revision,
                function.name() + "@1",
                own ? Costs.OTHERS : function.runtime(),
                image,
                own ? new ImageTerms(function.imageSize(), true) : ImageTerms.LOCAL,
                function.memory(),
                scratch,
                !own,
                keepAlive,
                0,
                1,
                OptionalInt.empty());
    }

    /** Reference of the image of a runtime, which is on every worker. */
    static String imageOf(String runtime) {
        return "hearth/" + runtime;
    }

    static Bytes runtimeImage() {
        return RUNTIME_IMAGE;
    }

    void ran(long micros) {
        meanRun += (micros - meanRun) * (meanRun == 0 ? 1 : RECENT);
    }

    /** Whether a pool may let its calls take turns; it measures in whole milliseconds, so twice its bound is safe. */
    boolean isBrief() {
        return meanRun < 2 * Costs.micros(WorkerShape.SHARED_RUN);
    }
}
