package dev.hearth.invoker.pool;

import dev.hearth.common.invocation.StartKind;

/** The state of a pool: its parts that remember something. */
final class Books {
    final PoolLimits limits;
    final Effects effects = new Effects();
    final ImageShelf images;
    final Ledger ledger;
    final Revisions revisions = new Revisions();
    final IdleContainers idle;
    final StemCells stems;
    final Calls calls;
    final Turns turns;
    boolean draining;

    Books(PoolLimits limits, String lifePrefix) {
        this.limits = limits;
        this.images = new ImageShelf(limits.images().value(), effects);
        this.ledger = new Ledger(limits.budget(), images, lifePrefix);
        this.idle = new IdleContainers(limits.policy());
        this.stems = new StemCells(limits);
        this.calls = new Calls();
        this.turns = new Turns(limits.sharing());
    }

    /** One container's entry, before it is entered. */
    PooledContainer container(ContainerId id, Blueprint blueprint, StartKind start) {
        return new PooledContainer(id, blueprint, images.of(blueprint), start);
    }
}
