package dev.hearth.gateway.usage;

import dev.hearth.common.bus.UsageReport;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** Usage as rows; each method is one step of a transaction that the caller holds. */
final class UsageRows {
    private static final List<String> FIGURES = List.of(
            "invocations",
            "failures",
            "cold",
            "prewarmed",
            "warm",
            "mib_micros",
            "cpu_micros",
            "bytes_in",
            "bytes_out",
            "network_in",
            "network_out",
            "idle_mib_micros");

    private static final String ADD = "INSERT INTO usage_day (day, namespace, function, "
            + String.join(", ", FIGURES) + ") VALUES (:day, :namespace, :function, :" + String.join(", :", FIGURES)
            + ") ON CONFLICT (day, namespace, function) DO UPDATE SET "
            + String.join(
                    ", ",
                    FIGURES.stream()
                            .map(figure -> figure + " = usage_day." + figure + " + excluded." + figure)
                            .toList());

    private static final String TOTALS = String.join(
            ", ",
            FIGURES.stream()
                    .map(figure -> "COALESCE(SUM(" + figure + "), 0) AS " + figure)
                    .toList());

    private UsageRows() {}

    private static final Comparator<Ledger.Line> ORDER = Comparator.comparingLong(
                    (Ledger.Line line) -> line.key().day())
            .thenComparing(line -> line.key().account().namespace())
            .thenComparing(line -> line.key().account().function());

    /** Adds each line to its row, in one order for all heads, so that none waits for a row of one that waits for its own. */
    static void add(Handle handle, List<Ledger.Line> lines) {
        PreparedBatch batch = handle.prepareBatch(ADD);
        for (Ledger.Line line : lines.stream().sorted(ORDER).toList()) {
            Sums s = line.sums();
            batch.bind("day", line.key().day())
                    .bind("namespace", line.key().account().namespace())
                    .bind("function", line.key().account().function())
                    .bind("invocations", s.invocations())
                    .bind("failures", s.failures())
                    .bind("cold", s.cold())
                    .bind("prewarmed", s.prewarmed())
                    .bind("warm", s.warm())
                    .bind("mib_micros", s.mibMicros())
                    .bind("cpu_micros", s.cpuMicros())
                    .bind("bytes_in", s.bytesIn())
                    .bind("bytes_out", s.bytesOut())
                    .bind("network_in", s.networkIn())
                    .bind("network_out", s.networkOut())
                    .bind("idle_mib_micros", s.idleMibMicros())
                    .add();
        }
        batch.execute();
    }

    /** Whether no head has counted that report yet; it is noted as counted. */
    static boolean isNew(Handle handle, UsageReport report) {
        return handle.createUpdate("INSERT INTO usage_report (node, epoch, sequence) VALUES (:node, :epoch, :sequence)"
                                + " ON CONFLICT (node) DO UPDATE SET epoch = excluded.epoch, sequence = excluded.sequence"
                                + " WHERE usage_report.epoch < excluded.epoch OR (usage_report.epoch = excluded.epoch"
                                + " AND usage_report.sequence < excluded.sequence)")
                        .bind("node", report.node())
                        .bind("epoch", report.epoch())
                        .bind("sequence", report.sequence())
                        .execute()
                == 1;
    }

    /** Functions that have an account of their own on that day. */
    static List<Account> accounts(Handle handle, long day) {
        return handle.createQuery("SELECT namespace, function FROM usage_day WHERE day = :day AND function <> :other")
                .bind("day", day)
                .bind("other", Account.OTHER)
                .map((row, context) -> account(row))
                .list();
    }

    /** One row a day, the oldest first. */
    static List<DayRow> byDay(Handle handle, Span span) {
        return select(handle, "day, " + TOTALS, span, " GROUP BY day ORDER BY day")
                .map((row, context) -> new DayRow(row.getLong("day"), sums(row)))
                .list();
    }

    /** One row a function, what costs most first, at most so many. */
    static List<FunctionRow> byFunction(Handle handle, Span span, int most) {
        String order = " GROUP BY namespace, function ORDER BY SUM(mib_micros) DESC, namespace, function LIMIT :most";
        return select(handle, "namespace, function, " + TOTALS, span, order)
                .bind("most", most)
                .map((row, context) -> new FunctionRow(account(row), sums(row)))
                .list();
    }

    static Sums total(Handle handle, Span span) {
        return select(handle, TOTALS, span, "").map((row, context) -> sums(row)).one();
    }

    /** Deletes one day that is older than this, the oldest; says how many rows that were. */
    static int forget(Handle handle, long before) {
        return handle.createUpdate(
                        "DELETE FROM usage_day WHERE day < :before AND day = (SELECT MIN(day) FROM usage_day)")
                .bind("before", before)
                .execute();
    }

    /** What was used on a day. */
    record DayRow(long day, Sums sums) {}

    /** What a function used. */
    record FunctionRow(Account account, Sums sums) {}

    private static Query select(Handle handle, String columns, Span span, String rest) {
        String of = span.account().isPresent() ? " AND namespace = :namespace AND function = :function" : "";
        Query query = handle.createQuery(
                        "SELECT " + columns + " FROM usage_day WHERE day >= :from AND day <= :to" + of + rest)
                .bind("from", span.from().toEpochDay())
                .bind("to", span.to().toEpochDay());
        span.account()
                .ifPresent(
                        account -> query.bind("namespace", account.namespace()).bind("function", account.function()));
        return query;
    }

    private static Account account(ResultSet row) throws SQLException {
        return new Account(row.getString("namespace"), row.getString("function"));
    }

    private static Sums sums(ResultSet row) throws SQLException {
        return new Sums(
                row.getLong("invocations"),
                row.getLong("failures"),
                row.getLong("cold"),
                row.getLong("prewarmed"),
                row.getLong("warm"),
                row.getLong("mib_micros"),
                row.getLong("cpu_micros"),
                row.getLong("bytes_in"),
                row.getLong("bytes_out"),
                row.getLong("network_in"),
                row.getLong("network_out"),
                row.getLong("idle_mib_micros"));
    }
}
