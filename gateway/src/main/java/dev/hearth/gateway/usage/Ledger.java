package dev.hearth.gateway.usage;

import dev.hearth.common.bus.UsageReport;
import dev.hearth.common.function.FunctionName;
import dev.hearth.gateway.invocation.InvocationRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was used since it was stored last; without clock or I/O, of one writer.
 *
 * <p>Of each day at most so many functions have an account of their own; those that come later share one by namespace. The day
 * is the one on which a call ended or a report came, by the gateway's clock; should that go back, so do the days.
 */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final long MILLIS_PER_DAY = 86_400_000;

    /** Days whose sums are kept while the store takes none. */
    private static final int DAYS = 4;

    private final int mostFunctions;
    private final Set<Account> known = new HashSet<>();
    private final Map<FunctionName, Tally> byName = new HashMap<>();
    private final Map<Account, Tally> today = new HashMap<>();
    private final Map<Key, Sums> before = new HashMap<>();
    private long day = Long.MIN_VALUE;

    /** A line of the ledger. */
    record Key(long day, Account account) {}

    /** What is to be added to a line. */
    record Line(Key key, Sums sums) {}

    /** An empty one. */
    Ledger(int mostFunctions) {
        this.mostFunctions = mostFunctions;
    }

    static long dayOf(long unixMillis) {
        return Math.floorDiv(unixMillis, MILLIS_PER_DAY);
    }

    /** It is that day, of which these accounts are stored. */
    void opens(long on, Collection<Account> stored) {
        turn(on);
        stored.stream().limit(mostFunctions).forEach(known::add);
    }

    void ended(InvocationRecord record) {
        turn(dayOf(record.endedAt()));
        tally(record.callee().function()).ended(record);
    }

    void used(UsageReport.Entry entry, long now) {
        turn(dayOf(now));
        tally(entry.function()).used(entry.cpuMicros(), entry.idleByteMillis());
    }

    private void turn(long on) {
        if (on == day) {
            return;
        }
        close();
        known.clear();
        day = on;
    }

    private void close() {
        today.forEach((account, tally) -> keep(new Line(new Key(day, account), tally.sums())));
        today.clear();
        byName.clear();
    }

    private Tally tally(FunctionName name) {
        Tally at = byName.get(name);
        if (at == null) {
            at = today.computeIfAbsent(account(name), ignored -> new Tally());
            byName.put(name, at);
        }
        return at;
    }

    private Account account(FunctionName name) {
        Account own = Account.of(name);
        if (known.contains(own)) {
            return own;
        }
        if (known.size() >= mostFunctions) {
            return Account.others(name.namespace());
        }
        known.add(own);
        return own;
    }

    /** Hands over what is to be stored. */
    List<Line> take() {
        close();
        List<Line> lines = before.entrySet().stream()
                .map(e -> new Line(e.getKey(), e.getValue()))
                .toList();
        before.clear();
        return lines;
    }

    /** They were not stored. */
    void giveBack(List<Line> lines) {
        lines.forEach(this::keep);
    }

    private void keep(Line line) {
        if (before.size() < (long) DAYS * (mostFunctions + 1) || before.containsKey(line.key())) {
            before.merge(line.key(), line.sums(), Sums::plus);
        } else {
            LOG.warn(
                    "event=usage_lost day={} account={} sums={}",
                    line.key().day(),
                    line.key().account(),
                    line.sums());
        }
    }
}
