package dev.hearth.invoker.usage;

import dev.hearth.common.bus.UsageReport;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the containers of each revision have used since it was told last; lives on one event loop.
 *
 * <p>Where no gateway takes reports for so long that {@link #MOST} revisions are counted, what others use is lost.
 */
public final class UsageCounts {
    private static final Logger LOG = LoggerFactory.getLogger(UsageCounts.class);

    /** Revisions that are counted at one time. */
    static final int MOST = 10_000;

    private final Map<RevisionId, FunctionName> names = new HashMap<>();
    private final Map<RevisionId, Sum> sums = new HashMap<>();

    private boolean told;

    private static final class Sum {
        private final FunctionName function;
        private long cpuMicros;
        private long idleByteMillis;

        Sum(FunctionName function) {
            this.function = function;
        }
    }

    /** The node has a container of this revision. */
    public void holds(Revision revision) {
        names.put(revision.id(), revision.function());
    }

    /** Its containers used so much processor time. */
    public void processor(Revision revision, long micros) {
        if (micros > 0) {
            holds(revision);
            Sum sum = sum(revision.id());
            sum.cpuMicros += micros;
        }
    }

    /** Its containers stood idle: bytes of memory x milliseconds. */
    public void idle(RevisionId revision, long byteMillis) {
        if (byteMillis > 0) {
            Sum sum = sum(revision);
            sum.idleByteMillis += byteMillis;
        }
    }

    private Sum sum(RevisionId revision) {
        Sum known = sums.get(revision);
        if (known != null) {
            return known;
        }
        FunctionName name = names.get(revision);
        Sum made = new Sum(name == null ? FunctionName.inDefault("unknown") : name);
        if (name != null && sums.size() < MOST) {
            sums.put(revision, made);
        } else if (!told) {
            told = true;
            LOG.warn("event=usage_lost revision={} counted={}", revision, sums.size());
        }
        return made;
    }

    /** Hands the sums over and starts again; remembers the names of these revisions alone, which have containers. */
    public List<UsageReport.Entry> take(Set<RevisionId> present) {
        List<UsageReport.Entry> all = sums.entrySet().stream()
                .map(e -> new UsageReport.Entry(
                        e.getKey(), e.getValue().function, e.getValue().cpuMicros, e.getValue().idleByteMillis))
                .toList();
        sums.clear();
        names.keySet().retainAll(present);
        return all;
    }
}
