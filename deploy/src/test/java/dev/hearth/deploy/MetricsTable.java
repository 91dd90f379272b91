package dev.hearth.deploy;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Writes the table of docs/operations.md from a page of metrics in Prometheus' text format. */
final class MetricsTable {
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (hearth_\\S+) (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    private static final String LONGEST = "_max";

    private MetricsTable() {}

    static String of(String page) {
        Map<String, String> types = new TreeMap<>();
        TYPE.matcher(page).results().forEach(found -> types.put(found.group(1), found.group(2)));
        types.keySet()
                .removeIf(name -> name.endsWith(LONGEST)
                        && types.containsKey(name.substring(0, name.length() - LONGEST.length())));
        StringBuilder table = new StringBuilder("| metric | type | labels | meaning |\n|---|---|---|---|\n");
        types.forEach((name, type) -> table.append("| `")
                .append(name)
                .append("` | ")
                .append(type)
                .append(" | ")
                .append(labels(page, name))
                .append(" | ")
                .append(help(page, name))
                .append(" |\n"));
        return table.toString();
    }

    private static String help(String page, String name) {
        return Pattern.compile("(?m)^# HELP " + name + " (.*)$")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static String labels(String page, String name) {
        TreeSet<String> labels = new TreeSet<>();
        Pattern.compile("(?m)^" + name + "(?:_bucket|_count)?\\{(.*)} ")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .flatMap(text -> LABEL.matcher(text).results().map((MatchResult found) -> found.group(1)))
                .filter(label -> !label.equals("le"))
                .forEach(labels::add);
        return String.join(", ", labels.stream().map(label -> "`" + label + "`").toList());
    }
}
