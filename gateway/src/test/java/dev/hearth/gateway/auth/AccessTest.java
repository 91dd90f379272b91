package dev.hearth.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the roles in openapi.yaml, those in the code, and what is meant, equal. */
class AccessTest {
    private static final Set<String> OPEN = Set.of("GET /health/live", "GET /health/ready", "GET /openapi.yaml");
    private static final Set<String> INVOKE = Set.of(
            "POST /v1/functions/{name}/invoke",
            "GET /v1/invocations",
            "GET /v1/invocations/{id}",
            "GET /v1/invocations/{id}/logs",
            "GET /v1/invocations/{id}/output",
            "GET /v1/invocations/events",
            "POST /v1/invocations/wait",
            "POST /v1/functions/{name}/invocations",
            "DELETE /v1/invocations/{id}");
    private static final Set<String> METRICS = Set.of("GET /metrics", "GET /v1/nodes/targets");
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");

    record Operation(String method, String path, JsonNode security) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static List<Operation> operations() throws IOException {
        List<Operation> all = new ArrayList<>();
        try (InputStream in = AccessTest.class.getResourceAsStream("/openapi.yaml")) {
            JsonNode document = new YAMLMapper().readTree(in);
            document.get("paths")
                    .properties()
                    .forEach(path -> path.getValue().properties().stream()
                            .filter(operation -> METHODS.contains(operation.getKey()))
                            .forEach(operation -> all.add(new Operation(
                                    operation.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    operation.getValue().path("security")))));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyRouteOfTheContractNeedsTheRoleThatItNames(Operation operation) {
        String path = operation.path().replaceAll("\\{[a-z]+}", "some-1");
        Optional<Role> needed = Access.needed(HttpMethod.valueOf(operation.method()), path);
        Optional<Role> meant =
                OPEN.contains(operation.toString()) ? Optional.empty() : Optional.of(role(operation.toString()));
        assertThat(needed).isEqualTo(meant);
        JsonNode security = operation.security();
        assertThat(security.isMissingNode() ? "admin" : security.at("/0/key/0").asText())
                .as("security in openapi.yaml")
                .isEqualTo(meant.map(Role::toString).orElse(""));
    }

    private static Role role(String operation) {
        if (METRICS.contains(operation)) {
            return Role.METRICS;
        }
        return INVOKE.contains(operation) ? Role.INVOKE : Role.ADMIN;
    }

    @Test
    void theContractHasTheRoutesThatAreMeant() throws IOException {
        List<String> all = operations().stream().map(Operation::toString).toList();
        assertThat(all)
                .containsAll(OPEN)
                .containsAll(INVOKE)
                .containsAll(METRICS)
                .contains("POST /v1/keys", "DELETE /v1/keys/{id}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/invocations/../keys",
                "/v1/invocations/..",
                "/v1/invocations/%2e%2e/keys",
                "/v1/invocations/a/../../keys",
                "/v1/invocations/a/logs/",
                "/v1/invocations/",
                "/v1//invocations",
                "/v1/invocations;/v1/keys",
                "/v1/invocations\n/v1/keys",
                "/v1/Invocations",
                "/v1/functions",
                "/v1/keys",
                "/v1/nodes",
                "/metrics/",
                "//metrics",
                "/metrics/../v1/keys",
                "/Metrics",
                ""
            })
    void noKeyButAnAdminsGetsAnywhereElse(String path) {
        assertThat(Access.needed(HttpMethod.GET, path)).contains(Role.ADMIN);
    }

    @Test
    void otherMethodsOfTheSamePathAreForAdmins() {
        for (HttpMethod method : List.of(HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.POST, HttpMethod.PATCH)) {
            assertThat(Access.needed(method, "/v1/invocations")).contains(Role.ADMIN);
            assertThat(Access.needed(method, "/health/live")).contains(Role.ADMIN);
            assertThat(Access.needed(method, "/metrics")).contains(Role.ADMIN);
        }
        assertThat(Access.needed(HttpMethod.GET, "/v1/functions/a/invoke")).contains(Role.ADMIN);
        assertThat(Access.needed(HttpMethod.POST, "/v1/functions/a/b/invoke")).contains(Role.ADMIN);
    }
}
