package dev.hearth.gateway.usage;

import dev.hearth.gateway.http.TextTable;
import dev.hearth.gateway.usage.UsageAnswer.Row;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An answer about usage in its three forms: JSON, CSV and a table for people. */
final class UsageTable {
    private static final int DIGITS = 6;
    private static final int DIGITS_FOR_PEOPLE = 3;
    private static final String NOTE = "idle GB-s is the memory of warm containers between calls; it is not billed\n";

    private static final List<String> COLUMNS = List.of(
            "invocations",
            "failures",
            "cold",
            "prewarmed",
            "warm",
            "gb_seconds",
            "cpu_seconds",
            "bytes_in",
            "bytes_out",
            "network_in",
            "network_out",
            "idle_gb_seconds");

    private static final List<String> HEADS = List.of(
            "CALLS",
            "FAILED",
            "COLD",
            "PREWARMED",
            "WARM",
            "GB-S",
            "CPU-S",
            "IN",
            "OUT",
            "NET IN",
            "NET OUT",
            "IDLE GB-S");

    private final UsageAnswer answer;
    private final Prices prices;

    UsageTable(UsageAnswer answer, Prices prices) {
        this.answer = answer;
        this.prices = prices;
    }

    JsonObject json() {
        JsonArray rows = new JsonArray();
        answer.rows().forEach(row -> rows.add(json(row)));
        JsonObject all = new JsonObject()
                .put("from", answer.query().span().from().toString())
                .put("to", answer.query().span().to().toString())
                .put("by", answer.query().by().toString())
                .put("rows", rows)
                .put("total", json(answer.total(), new JsonObject()))
                .put("more", answer.more());
        return prices.any() ? all.put("prices", priceList()) : all;
    }

    private JsonObject priceList() {
        return new JsonObject()
                .put("currency", prices.currency())
                .put("gbSecond", prices.gbSecond().toPlainString())
                .put("invocation", prices.invocation().toPlainString())
                .put("gbOut", prices.gbOut().toPlainString())
                .put("cpuSecond", prices.cpuSecond().toPlainString());
    }

    private JsonObject json(Row row) {
        JsonObject json = new JsonObject();
        if (answer.query().by() == By.FUNCTION) {
            json.put("namespace", row.namespace());
        }
        return json(row.sums(), json.put(answer.query().by().toString(), row.name()));
    }

    private JsonObject json(Sums s, JsonObject json) {
        json.put("invocations", s.invocations())
                .put("failures", s.failures())
                .put(
                        "starts",
                        new JsonObject()
                                .put("cold", s.cold())
                                .put("prewarmed", s.prewarmed())
                                .put("warm", s.warm()))
                .put("gbSeconds", number(Prices.gbSeconds(s.mibMicros())))
                .put("cpuSeconds", number(Prices.seconds(s.cpuMicros())))
                .put("bytes", new JsonObject().put("in", s.bytesIn()).put("out", s.bytesOut()))
                .put("network", new JsonObject().put("in", s.networkIn()).put("out", s.networkOut()))
                .put("idleGbSeconds", number(Prices.gbSeconds(s.idleMibMicros())));
        return prices.any() ? json.put("cost", Prices.shown(prices.cost(s))) : json;
    }

    private static double number(BigDecimal value) {
        return value.setScale(DIGITS, RoundingMode.HALF_EVEN).doubleValue();
    }

    String csv() {
        boolean functions = answer.query().by() == By.FUNCTION;
        List<String> heads = new ArrayList<>(functions ? List.of("namespace") : List.of());
        heads.add(answer.query().by().toString());
        heads.addAll(COLUMNS);
        if (prices.any()) {
            heads.addAll(List.of("cost", "currency"));
        }
        StringBuilder out = new StringBuilder(String.join(",", heads)).append('\n');
        for (Row row : answer.rows()) {
            out.append(functions ? row.namespace() + "," : "")
                    .append(row.name())
                    .append(',');
            out.append(figures(row.sums(), DIGITS).stream().map(String::valueOf).collect(Collectors.joining(",")));
            if (prices.any()) {
                out.append(',')
                        .append(Prices.shown(prices.cost(row.sums())))
                        .append(',')
                        .append(prices.currency());
            }
            out.append('\n');
        }
        return out.toString();
    }

    String text() {
        List<String> heads =
                new ArrayList<>(List.of(answer.query().by().toString().toUpperCase(Locale.ROOT)));
        heads.addAll(HEADS);
        if (prices.any()) {
            heads.add("COST " + prices.currency());
        }
        TextTable table = new TextTable(heads.toArray(String[]::new));
        for (Row row : answer.rows()) {
            String name = row.namespace().isEmpty() ? row.name() : new Account(row.namespace(), row.name()).toString();
            table.row(cells(name, row.sums()));
        }
        table.row(cells("total", answer.total()));
        String days =
                answer.query().span().from() + " to " + answer.query().span().to() + ", UTC";
        String more =
                answer.more() ? "; more functions than limit=" + answer.query().limit() + " shows" : "";
        return table + days + more + "; " + NOTE;
    }

    private Object[] cells(String name, Sums sums) {
        List<Object> cells = new ArrayList<>(List.of(name));
        cells.addAll(figures(sums, DIGITS_FOR_PEOPLE));
        if (prices.any()) {
            cells.add(Prices.shown(prices.cost(sums)));
        }
        return cells.toArray();
    }

    private static List<Object> figures(Sums s, int digits) {
        return List.of(
                s.invocations(),
                s.failures(),
                s.cold(),
                s.prewarmed(),
                s.warm(),
                plain(Prices.gbSeconds(s.mibMicros()), digits),
                plain(Prices.seconds(s.cpuMicros()), digits),
                s.bytesIn(),
                s.bytesOut(),
                s.networkIn(),
                s.networkOut(),
                plain(Prices.gbSeconds(s.idleMibMicros()), digits));
    }

    private static String plain(BigDecimal value, int digits) {
        return value.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }
}
