package dev.hearth.deploy;

import dev.hearth.common.config.Effective;
import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Tier;
import java.util.List;

/** Writes the effective settings for a terminal, grouped by tier. */
final class ConfigText {
    private ConfigText() {}

    static String page(List<Effective> effective) {
        StringBuilder page = new StringBuilder();
        for (Tier tier : Tier.values()) {
            page.append(tier).append('\n');
            effective.stream().filter(e -> e.setting().tier() == tier).forEach(e -> entry(page, e));
            page.append('\n');
        }
        return page.toString();
    }

    private static void entry(StringBuilder page, Effective value) {
        Setting<?> setting = value.setting();
        page.append("  ")
                .append(setting.name())
                .append(" = ")
                .append(value.text().isEmpty() ? "none" : value.text());
        page.append("  (").append(value.source()).append(")\n");
        page.append("      ").append(setting.meaning()).append('\n');
        page.append("      ").append(setting.allowed());
        page.append("; default: ").append(setting.fallbackText());
        page.append("; ").append(setting.variable()).append('\n');
    }
}
