package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.UsageReport;
import dev.hearth.common.function.Revision;
import dev.hearth.invoker.blocking.BlockingWork;
import dev.hearth.invoker.pool.ContainerPool;
import dev.hearth.invoker.usage.ProcessorTimes;
import dev.hearth.invoker.usage.UsageCounts;
import dev.hearth.invoker.usage.UsageReports;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a steady beat, and at the end of each container, at what containers have used, and tells a gateway.
 *
 * <p>A call costs nothing here: processor time is the kernel's count, idle time falls off the pool's own changes of state.
 * The beat's reads happen off the event loop. The last one of a container cannot: it comes right before the kill, which must
 * not wait, and takes as long as one system call.
 */
final class UsageSampler {
    private static final Logger LOG = LoggerFactory.getLogger(UsageSampler.class);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final ContainerPool pool;
    private final ProcessorTimes times;
    private final BlockingWork files;
    private final UsageReports reports;
    private final UsageCounts counts = new UsageCounts();
    private boolean blind;

    private record Look(LiveContainer container, Revision revision, String engineId) {}

    private record Seen(Look look, OptionalLong micros) {}

    UsageSampler(ContainerPool pool, ProcessorTimes times, BlockingWork files, UsageReports reports) {
        this.pool = pool;
        this.times = times;
        this.files = files;
        this.reports = reports;
    }

    /** The container has its code from now on. */
    void bound(LiveContainer container) {
        Revision revision = container.revision();
        if (revision != null) {
            counts.holds(revision);
        }
    }

    /** It was started by an earlier life of the invoker. */
    void adopted(LiveContainer container) {
        container.engine.processor().adopted();
        bound(container);
    }

    /** It is about to end: afterwards the kernel knows nothing of it. */
    void last(LiveContainer container) {
        Look look = look(container);
        if (look != null) {
            charge(new Seen(look, times.micros(look.engineId())));
        }
    }

    /** Looks at these containers, which are all, and tells what they used; completes when that was taken or failed. */
    Future<Void> beat(Supplier<Collection<LiveContainer>> containers) {
        List<Look> looks = new ArrayList<>();
        for (LiveContainer container : containers.get()) {
            Look look = look(container);
            if (look != null) {
                looks.add(look);
            }
        }
        return files.run(
                        DEADLINE,
                        () -> looks.stream()
                                .map(look -> new Seen(look, times.micros(look.engineId())))
                                .toList())
                .otherwise(List.of())
                .compose(seen -> {
                    seen.forEach(this::charge);
                    tellIfBlind(!seen.isEmpty());
                    return reports.tell(() -> taken(containers.get()));
                });
    }

    private List<UsageReport.Entry> taken(Collection<LiveContainer> containers) {
        pool.idleTime(Fleet.now()).forEach(idle -> counts.idle(idle.revision(), idle.byteMillis()));
        return counts.take(containers.stream()
                .map(LiveContainer::revision)
                .filter(Objects::nonNull)
                .map(Revision::id)
                .collect(Collectors.toSet()));
    }

    private void tellIfBlind(boolean any) {
        if (any && !blind && !times.work()) {
            blind = true;
            LOG.warn("event=processor_time_unknown action=\"let the node see the control groups: invoker.cgroups\"");
        }
    }

    private static @Nullable Look look(LiveContainer container) {
        Revision revision = container.revision();
        String engineId = container.engine.id();
        return revision == null || engineId == null ? null : new Look(container, revision, engineId);
    }

    private void charge(Seen seen) {
        LiveContainer container = seen.look().container();
        seen.micros()
                .ifPresent(micros -> counts.processor(
                        seen.look().revision(), container.engine.processor().charge(micros)));
    }
}
