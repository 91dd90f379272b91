package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.FakeNode.Fake;
import dev.hearth.invoker.pool.FakeNode.Life;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a simulated pool hears of its node's life before, in a node's order: images, warm containers, stem cells. */
final class EarlierLife {
    private final PoolSimulation simulation;
    private final PoolLimits limits;
    private final List<Demand> demands;

    EarlierLife(PoolSimulation simulation, PoolLimits limits, List<Demand> demands) {
        this.simulation = simulation;
        this.limits = limits;
        this.demands = demands;
    }

    void adopt() {
        ImageNews seen = new ImageNews.Found(Samples.IMAGE, Bytes.ofMiB(50), ImageKind.KEPT, 0);
        simulation.feed("found " + Samples.IMAGE, p -> p.image(seen, simulation.now()));
        List<Blueprint> left = new ArrayList<>();
        for (int count = simulation.below(4); count > 0; count--) {
            boolean warm = simulation.chance(50) || limits.stemClasses().isEmpty();
            left.add(warm ? simulation.any(demands) : simulation.any(limits.stemClasses()));
        }
        left.sort(Comparator.comparing(StemClass.class::isInstance));
        for (int i = 0; i < left.size(); i++) {
            adopt(new ContainerId("found-" + i), left.get(i));
        }
    }

    private void adopt(ContainerId id, Blueprint blueprint) {
        Fake found = simulation.node().found(id, blueprint);
        simulation.feed("adopted " + id, p -> switch (blueprint) {
            case Demand demand -> p.adopted(id, demand, simulation.now());
            case StemClass kind -> p.adoptedStem(id, kind, simulation.now());
        });
        if (found.life == Life.DYING) {
            // It did not fit beside the others: what it holds was never within the budget.
            found.size = Size.NONE;
        }
    }
}
