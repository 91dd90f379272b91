package dev.hearth.gateway.usage;

import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.Untrusted;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.usage.UsageAnswer.Row;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** {@code /v1/usage}: what functions used, by day, month or function, and what it costs. */
public final class UsageRoutes implements Consumer<Router> {
    private static final String CSV = "text/csv";

    private final Usage usage;
    private final Database database;
    private final Prices prices;
    private final InstantSource clock;

    UsageRoutes(Usage usage, Database database, Prices prices, InstantSource clock) {
        this.usage = usage;
        this.database = database;
        this.prices = prices;
        this.clock = clock;
    }

    @Override
    public void accept(Router router) {
        router.get("/v1/usage").handler(this::answer);
    }

    private void answer(RoutingContext context) {
        HttpServerRequest request = context.request();
        UsageQuery query;
        try {
            LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
            query = UsageQuery.of(context.queryParams(), today);
        } catch (HearthException refused) {
            ErrorAnswer.of(refused).send(request);
            return;
        }
        // What was counted goes to the store first, so that a call that has ended is in the answer.
        usage.stored()
                .compose(stored -> database.read(handle -> read(handle, query)))
                .onComplete(
                        found -> send(request, new UsageTable(found, prices)),
                        failure -> ErrorAnswer.of(failure).send(request));
    }

    private static UsageAnswer read(Handle handle, UsageQuery query) {
        Sums total = UsageRows.total(handle, query.span());
        return switch (query.by()) {
            case FUNCTION -> functions(handle, query, total);
            case DAY -> new UsageAnswer(query, days(handle, query.span()), total, false);
            case MONTH -> new UsageAnswer(query, months(handle, query.span()), total, false);
        };
    }

    private static UsageAnswer functions(Handle handle, UsageQuery query, Sums total) {
        List<Row> rows = UsageRows.byFunction(handle, query.span(), query.limit() + 1).stream()
                .map(row -> new Row(row.account().namespace(), row.account().function(), row.sums()))
                .toList();
        boolean more = rows.size() > query.limit();
        return new UsageAnswer(query, more ? rows.subList(0, query.limit()) : rows, total, more);
    }

    private static List<Row> days(Handle handle, Span span) {
        return UsageRows.byDay(handle, span).stream()
                .map(row -> new Row("", LocalDate.ofEpochDay(row.day()).toString(), row.sums()))
                .toList();
    }

    private static List<Row> months(Handle handle, Span span) {
        Map<YearMonth, Sums> months = new LinkedHashMap<>();
        UsageRows.byDay(handle, span)
                .forEach(row -> months.merge(YearMonth.from(LocalDate.ofEpochDay(row.day())), row.sums(), Sums::plus));
        return months.entrySet().stream()
                .map(month -> new Row("", month.getKey().toString(), month.getValue()))
                .toList();
    }

    private static void send(HttpServerRequest request, UsageTable table) {
        if (!wantsCsv(request)) {
            new Reply(200, table.json(), table.text()).send(request);
            return;
        }
        Untrusted.mark(request.response().headers());
        request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, CSV + "; charset=utf-8")
                .end(table.csv());
    }

    private static boolean wantsCsv(HttpServerRequest request) {
        return request.headers().getAll(HttpHeaders.ACCEPT).stream().anyMatch(accept -> accept.contains(CSV));
    }
}
