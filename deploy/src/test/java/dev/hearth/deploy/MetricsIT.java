package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.Dashboard;
import dev.hearth.deploy.rig.Load;
import dev.hearth.deploy.rig.Prometheus;
import dev.hearth.deploy.rig.SharedNode;
import dev.hearth.deploy.rig.Sources;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A loaded node, a real Prometheus that scrapes it, and all that the repository asks of that Prometheus. */
final class MetricsIT {
    private static final int LABELLED = 5;

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "invoker.memory=128MiB",
            "invoker.scratch=16MiB",
            "stems.python3=1",
            "stems.nodejs=0",
            "stems.memory=32MiB",
            "stems.disk=1MiB",
            "records.sync-count=10",
            "metrics.functions=" + LABELLED);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SMALL = "runtime=python3&memory=32MiB&disk=1MiB&timeout=300ms";
    private static final Pattern SERIES = Pattern.compile("\\b(?:[a-z_]+:)?hearth_[a-z_0-9]+(?::[a-z_0-9]+)?|\\bup\\b");
    private static final Pattern VARIABLE = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

    private static Load load;
    private static Prometheus prometheus;

    private static Api api() {
        return NODE.api();
    }

    @BeforeAll
    static void start() {
        for (String name : List.of("a", "b", "c", "d")) {
            api().register(name, SMALL, Sources.SLEEPER);
        }
        api().register("fails", SMALL, "def handle(event, context):\n    raise ValueError('no')\n");
        load = Load.on(api(), List.of("a", "a", "fails", "b", "c", "d"), List.of("a"));
        prometheus = Prometheus.scraping(NODE.process());
    }

    @AfterAll
    static void stop() {
        load.close();
        prometheus.close();
    }

    @Test
    void thePageComesInBothFormatsAndPromtoolHasNothingAgainstIt() {
        Answer plain = api().get("/metrics");
        assertThat(plain.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        Prometheus.promtool(plain.text(), "check", "metrics");

        Answer open = api().send(api().request("/metrics")
                .header("Accept", "application/openmetrics-text; version=1.0.0")
                .build());
        assertThat(open.header("Content-Type")).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(open.text()).endsWith("# EOF\n").contains("hearth_invocations_total{function=");
    }

    @Test
    void promtoolIsContentWithConfigurationRulesAndTheirTests() {
        String folder = Prometheus.CONFIGURATION + "/";
        Prometheus.promtool("", "check", "config", folder + "prometheus.yml");
        Prometheus.promtool("", "check", "rules", folder + "rules.yml", folder + "alerts.yml");
        Prometheus.promtool("", "test", "rules", folder + "tests.yml");
    }

    @Test
    void everyPanelOfEveryDashboardShowsSomething() {
        for (Dashboard dashboard : Dashboard.all()) {
            if (dashboard.file().equals("hearth-cluster.json")) {
                continue;
            }
            for (JsonObject panel : dashboard.panels()) {
                for (String query : Dashboard.queries(panel)) {
                    eventually(
                            PATIENCE,
                            () -> assertThat(prometheus.values(query))
                                    .as("%s: %s: %s", dashboard.file(), panel.getString("title"), query)
                                    .isNotEmpty());
                }
            }
        }
    }

    @Test
    void everyVariableOfADashboardHasValues() {
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonObject variable : dashboard.variables()) {
                if ("query".equals(variable.getString("type"))) {
                    Matcher asked = VARIABLE.matcher(variable.getString("definition"));
                    assertThat(asked.matches())
                            .as(variable.getString("definition"))
                            .isTrue();
                    eventually(
                            PATIENCE,
                            () -> assertThat(prometheus.labelValues(asked.group(1), asked.group(2)))
                                    .as("%s: %s", dashboard.file(), variable.getString("name"))
                                    .isNotEmpty());
                }
            }
        }
    }

    @Test
    void everyRuleIsEvaluatedAndAsksForSeriesThatThereAre() {
        eventually(
                PATIENCE,
                () -> assertThat(prometheus.rules())
                        .hasSizeGreaterThan(20)
                        .allSatisfy(rule -> assertThat(rule.getString("health"))
                                .as("%s", rule)
                                .isEqualTo("ok")));
        for (JsonObject rule : prometheus.rules()) {
            if ("recording".equals(rule.getString("type"))) {
                String record = rule.getString("name");
                eventually(
                        PATIENCE,
                        () -> assertThat(prometheus.values(record)).as(record).isNotEmpty());
            }
            SERIES.matcher(rule.getString("query"))
                    .results()
                    .map(found -> found.group())
                    .filter(series -> !ClusterMonitoringIT.OF_A_CLUSTER.contains(series))
                    .forEach(series -> eventually(
                            PATIENCE,
                            () -> assertThat(prometheus.values("count(" + series + ")"))
                                    .as("%s in %s", series, rule.getString("name"))
                                    .isNotEmpty()));
        }
    }

    @Test
    void callsAreToldApartByFunctionOutcomeAndStart() {
        for (String labels : List.of(
                "outcome=\"SUCCESS\",start=\"warm\"",
                "outcome=\"SUCCESS\",start=\"cold\"",
                "outcome=\"TIMEOUT\"",
                "function=\"fails\",outcome=\"FUNCTION_ERROR\"")) {
            eventually(
                    PATIENCE,
                    () -> assertThat(prometheus.values("hearth_invocations_total{" + labels + "} > 0"))
                            .as(labels)
                            .isNotEmpty());
        }
        eventually(
                PATIENCE,
                () -> assertThat(prometheus.values("hearth_containers_removed_total{reason=\"evicted_memory\"} > 0"))
                        .isNotEmpty());
    }

    @Test
    void functionsBeyondTheBoundShareALabelAndADeletedOneGivesItsOwnBack() {
        List<String> more = List.of("e", "f");
        for (String name : more) {
            api().register(name, SMALL, Sources.SLEEPER);
        }
        eventually(PATIENCE, () -> assertThat(functions()).hasSize(LABELLED));
        more.forEach(name -> api().invoke(name));
        assertThat(functions()).doesNotContainAnyElementsOf(more).hasSize(LABELLED);
        assertThat(api().get("/metrics").text())
                .containsPattern("hearth_invocations_total\\{function=\"_other\",outcome=\"SUCCESS\"");

        more.forEach(name -> api().delete("/v1/functions/" + name));
        api().register("g", SMALL, Sources.SLEEPER);
        api().invoke("g");
        assertThat(functions()).doesNotContain("g");
        api().delete("/v1/functions/g");
    }

    private static List<String> functions() {
        return Pattern.compile("hearth_invocation_duration_seconds_count\\{function=\"([a-z0-9-]+)\"")
                .matcher(api().get("/metrics").text())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void theOperationsPageTellsOfEveryMetric() throws IOException {
        String page = Files.readString(Path.of("../docs/operations.md"));
        eventually(
                PATIENCE,
                () -> assertThat(page)
                        .as(
                                "docs/operations.md; the table as it should be:\n%s",
                                MetricsTable.of(api().get("/metrics").text()))
                        .contains(MetricsTable.of(api().get("/metrics").text())));
    }
}
