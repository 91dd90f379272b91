package dev.hearth.gateway;

import dev.hearth.common.config.Declaration;
import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Settings;
import dev.hearth.gateway.usage.Prices;
import dev.hearth.gateway.usage.UsageSettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The keys of usage and its prices. */
final class UsageKeys {
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

    static final Setting<Duration> FLUSH = Setting.duration("usage.flush")
            .or(Duration.ofSeconds(1))
            .between(Duration.ofMillis(10), Duration.ofHours(1))
            .rare("How often what was used is stored; a kill of the node loses what came since.");
    static final Setting<Duration> KEEP_FOR = Setting.duration("usage.keep-for")
            .or(Duration.ofDays(400))
            .between(Duration.ofDays(1), Duration.ofDays(3_660))
            .frequent("How long the usage of a day is kept.");
    static final Setting<Integer> FUNCTIONS = Setting.whole("usage.functions")
            .or(10_000)
            .between(1, 1_000_000)
            .rare("Functions with usage of their own on each day; those that come later share the name _other.");
    static final Setting<String> CURRENCY = Setting.matching(
                    "usage.currency", "a code of three capital letters", Pattern.compile("[A-Z]{3}"))
            .or("EUR")
            .frequent("Currency of the prices.");
    static final Setting<BigDecimal> GB_SECOND = price("usage.price-gb-second")
            .frequent(
                    "Price of a second of run time with 1 GiB of limits.memory; with no price above 0 no costs are shown.");
    static final Setting<BigDecimal> INVOCATION =
            price("usage.price-invocation").frequent("Price of each invocation that ran.");
    static final Setting<BigDecimal> GB_OUT = price("usage.price-gb-out")
            .frequent("Price of 1 GiB that leaves: answers, and what containers send over a network.");
    static final Setting<BigDecimal> CPU_SECOND =
            price("usage.price-cpu-second").frequent("Price of a second of processor time.");

    static final List<Setting<?>> ALL =
            List.of(FLUSH, KEEP_FOR, FUNCTIONS, CURRENCY, GB_SECOND, INVOCATION, GB_OUT, CPU_SECOND);

    private UsageKeys() {}

    private static Declaration<BigDecimal> price(String name) {
        return Setting.decimal(name).or(BigDecimal.ZERO).between(BigDecimal.ZERO, MOST);
    }

    static UsageSettings bind(Settings settings) {
        Prices prices = new Prices(
                settings.read(CURRENCY),
                settings.read(GB_SECOND),
                settings.read(INVOCATION),
                settings.read(GB_OUT),
                settings.read(CPU_SECOND));
        return new UsageSettings(settings.read(FLUSH), settings.read(KEEP_FOR), settings.read(FUNCTIONS), prices);
    }
}
