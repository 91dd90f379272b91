package dev.hearth.deploy;

import dev.hearth.deploy.simulation.Figure;
import dev.hearth.deploy.simulation.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code hearth simulate} prints.
 *
 * @param trace where the calls came from
 * @param cluster what they were played against
 * @param runs one for each policy
 */
record SimulationReport(String trace, String cluster, List<Run> runs) {
    private static final int GAP = 3;

    SimulationReport {
        runs = List.copyOf(runs);
    }

    /**
     * One simulation.
     *
     * @param seconds that it took
     * @param processorSeconds of its thread, which is less where others use the cores
     */
    record Run(Outcome outcome, double seconds, double processorSeconds) {
        private double eventsASecond() {
            return outcome.events() / processorSeconds;
        }
    }

    /** A row for each figure and a column for each policy. */
    String table() {
        List<List<String>> columns = new ArrayList<>();
        for (Run run : runs) {
            List<String> column = new ArrayList<>();
            column.add(run.outcome().policy());
            Figure.of(run.outcome()).forEach(figure -> column.add(figure.shown()));
            column.add(String.format(Locale.ROOT, "%,.1f", run.seconds()));
            column.add(String.format(Locale.ROOT, "%,.1f", run.processorSeconds()));
            column.add(String.format(Locale.ROOT, "%,.0f", run.eventsASecond()));
            columns.add(column);
        }
        return trace + "\n" + cluster + "\n\n" + aligned(titles(), columns);
    }

    private List<String> titles() {
        List<String> titles = new ArrayList<>(List.of("policy"));
        Figure.of(runs.getFirst().outcome()).forEach(figure -> titles.add(figure.title()));
        titles.add("this took, s");
        titles.add("processor time, s");
        titles.add("events a processor second");
        return titles;
    }

    private static String aligned(List<String> titles, List<List<String>> columns) {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < titles.size(); row++) {
            text.append(padded(titles.get(row), widest(titles), false));
            for (List<String> column : columns) {
                text.append(padded(column.get(row), widest(column) + GAP, true));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static int widest(List<String> cells) {
        return cells.stream().mapToInt(String::length).max().orElse(0);
    }

    private static String padded(String cell, int width, boolean right) {
        String blanks = " ".repeat(width - cell.length());
        return right ? blanks + cell : cell + blanks;
    }

    String json() {
        JsonArray policies = new JsonArray();
        for (Run run : runs) {
            JsonObject figures = new JsonObject().put("policy", run.outcome().policy());
            Figure.of(run.outcome()).forEach(figure -> figures.put(figure.key(), figure.value()));
            figures.put("took_seconds", run.seconds())
                    .put("processor_seconds", run.processorSeconds())
                    .put("events_per_processor_second", run.eventsASecond());
            policies.add(figures);
        }
        JsonObject all =
                new JsonObject().put("trace", trace).put("cluster", cluster).put("policies", policies);
        return all.encodePrettily() + "\n";
    }
}
