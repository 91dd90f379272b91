package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Dashboard;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What Grafana needs of the dashboards and what their readers need. */
final class DashboardsTest {
    private static final int GRAFANA_10 = 38;

    @Test
    void thereAreAnOverviewAndOneEachOfClusterFunctionsAndNode() {
        assertThat(Dashboard.all())
                .extracting(dashboard -> dashboard.json().getString("uid"))
                .containsExactly("hearth-cluster", "hearth-function", "hearth-node", "hearth-overview");
        for (Dashboard dashboard : Dashboard.all()) {
            assertThat(dashboard.json().getInteger("schemaVersion")).isGreaterThanOrEqualTo(GRAFANA_10);
            assertThat(dashboard.json().getString("description")).isNotEmpty();
        }
    }

    @Test
    void dataSourceNodeAndFunctionAreChosenByVariables() {
        for (Dashboard dashboard : Dashboard.all()) {
            List<String> names =
                    dashboard.variables().stream().map(v -> v.getString("name")).toList();
            assertThat(names).startsWith("datasource", "instance");
            assertThat(names.contains("function")).isEqualTo(dashboard.file().equals("hearth-function.json"));
        }
    }

    @Test
    void everyPanelHasADescriptionAUnitAndTheDataSourceOfTheVariable() {
        for (Dashboard dashboard : Dashboard.all()) {
            Set<Integer> ids = new HashSet<>();
            for (JsonObject panel : dashboard.panels()) {
                String title = dashboard.file() + ": " + panel.getString("title");
                assertThat(ids.add(panel.getInteger("id"))).as(title).isTrue();
                assertThat(panel.getString("description")).as(title).endsWith(".");
                assertThat(panel.getJsonObject("fieldConfig")
                                .getJsonObject("defaults")
                                .getString("unit"))
                        .as(title)
                        .isNotEmpty();
                assertThat(panel.getJsonObject("datasource").getString("uid"))
                        .as(title)
                        .isEqualTo("${datasource}");
                assertThat(Dashboard.queries(panel)).as(title).isNotEmpty().noneMatch(query -> query.contains("$"));
            }
        }
    }
}
