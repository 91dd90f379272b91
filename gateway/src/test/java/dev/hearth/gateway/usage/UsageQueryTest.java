package dev.hearth.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.error.HearthException;
import io.vertx.core.MultiMap;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsageQueryTest {
    private static UsageQuery of(String... pairs) {
        MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.add(pairs[i], pairs[i + 1]);
        }
        return UsageQuery.of(parameters, Samples.DAY);
    }

    private static void refused(String sentence, String... pairs) {
        assertThatThrownBy(() -> of(pairs)).isInstanceOf(HearthException.class).hasMessageContaining(sentence);
    }

    @Test
    void asksForThisMonthByFunctionUnlessToldOtherwise() {
        assertThat(of())
                .isEqualTo(new UsageQuery(
                        new Span(LocalDate.parse("2026-11-01"), Samples.DAY, Optional.empty()), By.FUNCTION, 1_000));
    }

    @Test
    void readsDaysMonthsAndFunctions() {
        UsageQuery query = of("from", "2026-02", "to", "2026-02", "by", "day", "function", "team/f", "limit", "5");

        assertThat(query.span().from()).isEqualTo("2026-02-01");
        assertThat(query.span().to()).isEqualTo("2026-02-28");
        assertThat(query.span().account()).contains(new Account("team", "f"));
        assertThat(query.by()).isEqualTo(By.DAY);
        assertThat(of("function", "_other").span().account()).contains(Account.others("default"));
        assertThat(of("from", "2027-01-05").span().to())
                .as("it is not over yet")
                .isEqualTo("2027-01-05");
    }

    @Test
    void refusesWhatItCannotRead() {
        refused("from is no day like 2026-11-22 and no month like 2026-11", "from", "yesterday");
        refused("to is no day", "to", "2026-11-31");
        refused("to is no day", "to", "26");
        refused("from is 2026-11-23, after to, which is 2026-11-22", "from", "2026-11-23", "to", "2026-11-22");
        refused("by must be day, function or month", "by", "week");
        refused("function: ", "function", "no/such/name");
        refused("limit is '0'", "limit", "0");
        refused("unknown query parameter 'since'", "since", "2026");
    }
}
