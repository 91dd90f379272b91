package dev.hearth.gateway.usage;

import dev.hearth.common.bus.UsageReport;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows which report of each node was counted last, so that none is counted twice and a lost one is noticed. */
final class ReportsSeen {
    private static final Logger LOG = LoggerFactory.getLogger(ReportsSeen.class);

    /** Nodes that are remembered, those heard longest ago going first. */
    private static final int MOST = 10_000;

    private final Map<String, Seen> last = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > MOST;
        }
    };

    private record Seen(long epoch, long sequence) {}

    /** Whether it is to be counted. */
    boolean isNew(UsageReport report) {
        Seen before = last.get(report.node());
        boolean old = before != null
                && (report.epoch() < before.epoch()
                        || (report.epoch() == before.epoch() && report.sequence() <= before.sequence()));
        if (old) {
            LOG.debug("event=usage_report_again node={} sequence={}", report.node(), report.sequence());
            return false;
        }
        if (before != null && report.epoch() == before.epoch() && report.sequence() > before.sequence() + 1) {
            LOG.warn(
                    "event=usage_reports_missing node={} from={} to={}",
                    report.node(),
                    before.sequence() + 1,
                    report.sequence() - 1);
        }
        last.put(report.node(), new Seen(report.epoch(), report.sequence()));
        return true;
    }
}
