package dev.hearth.deploy;

import dev.hearth.common.config.Catalogue;
import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Tier;
import java.util.List;

/** Writes the reference page of all settings, docs/configuration.md. */
final class ConfigMarkdown {
    private static final String HEAD = """
            # Configuration

            Written by `hearth config --markdown`; a test holds this page equal to the code.
            `hearth config` prints the values of your machine and where each comes from.

            A key is looked for in this order, and the first that has it wins:

            1. the command line: `--set gateway.port=9000`; the essential keys have a flag of their own, `--gateway.port=9000`
            2. the environment: `HEARTH_GATEWAY_PORT=9000`, the key in upper case with `_` for `.` and `-`; an empty variable counts as not set
            3. a YAML file given with `--config FILE` or the variable `HEARTH_CONFIG`, keys nested or dotted
            4. the default

            ```yaml
            gateway:
              port: 9000
              hosts: [functions.example.org]
            invoker.memory: 8GiB
            ```

            Sizes are whole numbers with `B`, `KiB`, `MiB`, `GiB` or `TiB`; durations with `ms`, `s`, `m`, `h` or `d`.
            A key that Hearth does not know, a value of the wrong type or out of range, and keys that contradict each other are
            refused at the start, all of them in one message. So is a variable that begins like a group of keys
            (`HEARTH_GATEWAY_`, `HEARTH_INVOKER_`, ...) and names none.

            The level of the log is set by `HEARTH_LOG_LEVEL`: `ERROR`, `WARN`, `INFO` (default), `DEBUG`.
            """;

    private ConfigMarkdown() {}

    static String page(Catalogue catalogue) {
        StringBuilder page = new StringBuilder(HEAD);
        for (Tier tier : Tier.values()) {
            page.append("\n## ").append(heading(tier)).append("\n\n");
            page.append("| key | default | allowed | meaning |\n|---|---|---|---|\n");
            List<Setting<?>> settings = catalogue.all();
            settings.stream().filter(s -> s.tier() == tier).forEach(s -> row(page, s));
        }
        return page.toString();
    }

    private static String heading(Tier tier) {
        return switch (tier) {
            case ESSENTIAL -> "Essential: look at these once";
            case FREQUENT -> "Frequent: set on many nodes";
            case RARE -> "Rare: bounds that exist so that nothing is unbounded";
        };
    }

    private static void row(StringBuilder page, Setting<?> setting) {
        page.append("| `").append(setting.name()).append("` | ");
        page.append(setting.fallback().isPresent() ? "`" + setting.fallbackText() + "`" : setting.fallbackText());
        page.append(" | ").append(setting.allowed().replace("|", "\\|"));
        page.append(" | ").append(setting.meaning());
        if (!setting.alias().isEmpty()) {
            page.append(" Also set by `").append(setting.alias()).append("`.");
        }
        if (!setting.idea().isEmpty()) {
            page.append(" After ").append(setting.idea()).append('.');
        }
        page.append(" |\n");
    }
}
