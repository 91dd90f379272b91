package dev.hearth.gateway.usage;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.gateway.http.Query;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a request for usage asks.
 *
 * @param limit most rows by function
 */
record UsageQuery(Span span, By by, int limit) {
    private static final int MONTH = "2026-11".length();
    private static final int MOST = 10_000;
    private static final int USUAL = 1_000;

    /**
     * Reads the query; without days this month up to today, without {@code by} a row a function.
     *
     * @throws HearthException INVALID_REQUEST
     */
    static UsageQuery of(MultiMap parameters, LocalDate today) {
        Query query = Query.of(parameters, "function", "from", "to", "by", "limit");
        LocalDate from = query.text("from").map(text -> day("from", text, true)).orElse(today.withDayOfMonth(1));
        LocalDate to = query.text("to").map(text -> day("to", text, false)).orElse(today.isBefore(from) ? from : today);
        if (to.isBefore(from)) {
            throw refused("from is " + from + ", after to, which is " + to);
        }
        Optional<Account> account = query.text("function").map(UsageQuery::account);
        By by = query.text("by").map(UsageQuery::by).orElse(By.FUNCTION);
        return new UsageQuery(new Span(from, to, account), by, query.whole("limit", USUAL, 1, MOST));
    }

    private static Account account(String text) {
        int slash = text.indexOf('/');
        String namespace = slash < 0 ? FunctionName.DEFAULT_NAMESPACE : text.substring(0, slash);
        String name = text.substring(slash + 1);
        try {
            // The one name that no function has is checked with another one in its place.
            new FunctionName(namespace, name.equals(Account.OTHER) ? "other" : name);
        } catch (IllegalArgumentException wrong) {
            throw refused("function: " + wrong.getMessage());
        }
        return new Account(namespace, name);
    }

    private static By by(String text) {
        return Arrays.stream(By.values())
                .filter(by -> by.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> refused("by must be day, function or month"));
    }

    /** A day, or the first or the last of a month. */
    private static LocalDate day(String name, String text, boolean first) {
        try {
            if (text.length() > MONTH) {
                return LocalDate.parse(text);
            }
            YearMonth month = YearMonth.parse(text);
            return first ? month.atDay(1) : month.atEndOfMonth();
        } catch (DateTimeException wrong) {
            throw refused(name + " is no day like 2026-11-22 and no month like 2026-11");
        }
    }

    private static HearthException refused(String message) {
        return new HearthException(ErrorCode.INVALID_REQUEST, message);
    }
}
