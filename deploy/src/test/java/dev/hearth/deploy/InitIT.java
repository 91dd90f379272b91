package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.Eventually;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Classes: constructed once per container with their init, run per call, gone with the container. */
final class InitIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with("invoker.heartbeat=100ms", "stems.python3=0", "stems.nodejs=0");

    enum Language {
        PYTHON("python3", """
                class Counter:
                    def __init__(self, start, table="none"):
                        print("constructed", table)
                        if start < 0:
                            raise ValueError("start is below zero")
                        self.at = start
                        self.table = table

                    def handle(self, event, context):
                        self.at += 1
                        return {"at": self.at, "table": self.table}

                def handle(event, context):
                    return context.init
                """),
        NODE("nodejs", """
                exports.Counter = class Counter {
                  constructor({ start, table = 'none' }) {
                    console.log('constructed', table);
                    if (start < 0) throw new RangeError('start is below zero');
                    this.at = start;
                    this.table = table;
                  }

                  handle() {
                    this.at += 1;
                    return { at: this.at, table: this.table };
                  }
                };

                exports.handle = (event, context) => context.init;
                """);

        private final String runtime;
        private final String source;

        Language(String runtime, String source) {
            this.runtime = runtime;
            this.source = source;
        }

        String spec(String handler, String init) {
            return "runtime=" + runtime + "&memory=64MiB&disk=4MiB&handler=" + handler + "&initValue="
                    + URLEncoder.encode(init, StandardCharsets.UTF_8);
        }
    }

    private static Api api() {
        return NODE.api();
    }

    @ParameterizedTest
    @EnumSource
    void aClassIsConstructedOncePerContainerAndRunPerCall(Language language) {
        api().register("counter", language.spec("Counter", "{\"start\":10,\"table\":\"t1\"}"), language.source);

        Answer first = api().invoke("counter");
        assertThat(first.json()).isEqualTo(new JsonObject().put("at", 11).put("table", "t1"));
        assertThat(api().invoke("counter").json().getInteger("at")).isEqualTo(12);
        assertThat(api().log(first.invocation()))
                .as("the constructor's lines are not the call's")
                .isEmpty();

        api().register("counter", language.spec("Counter", "{\"start\":50}"), language.source);
        assertThat(api().invoke("counter").json())
                .isEqualTo(new JsonObject().put("at", 51).put("table", "none"));
        assertThat(api().read("/v1/functions/counter").getJsonObject("init"))
                .isEqualTo(new JsonObject().put("start", 50));
        api().delete("/v1/functions/counter");
        Eventually.eventually(PATIENCE, () -> assertThat(NODE.containers()).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void aConstructorThatRaisesIsInitFailedWithItsLog(Language language) {
        api().register("unwilling", language.spec("Counter", "{\"start\":-1,\"table\":\"t2\"}"), language.source);

        Answer answer = api().invoke("unwilling");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.code()).isEqualTo("INIT_FAILED");
        assertThat(answer.error().getString("message")).contains("start is below zero");
        assertThat(answer.text()).contains("constructed t2");
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionReadsItsInitFromADocument(Language language) {
        JsonObject spec = new JsonObject()
                .put("runtime", language.runtime)
                .put("code", new JsonObject().put("source", language.source))
                .put("init", new JsonObject().put("list", new JsonArray().add(1).addNull()));
        Answer registered = api().send(api().request("/v1/functions/reader?wait=60s")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(spec.encode()))
                .build());
        assertThat(registered.status()).as("%s", registered).isBetween(200, 201);

        assertThat(api().invoke("reader").json()).isEqualTo(spec.getJsonObject("init"));
    }
}
