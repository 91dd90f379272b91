package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Archive;
import dev.hearth.deploy.rig.JavaArchive;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Functions in Java: as a source file, a jar and a zip with a library, and how they fail. */
final class JavaRuntimeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String JAVA = "runtime=java&memory=128MiB&init=60s";

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "invoker.heartbeat=100ms", "stems.python3=0", "stems.nodejs=0", "stems.java=1", "stems.memory=192MiB");

    @Test
    void aSourceFileWithoutAClassAnswers() {
        NODE.api().register("hello", JAVA, """
                import dev.hearth.function.Context;

                Object handle(Map<String, Object> event, Context context) {
                    System.out.println("greeting " + event.get("name"));
                    return Map.of("greeting", "Hello " + event.get("name"), "memory", context.memoryMib());
                }
                """);
        Answer answer = NODE.api().invoke("hello", "{\"name\":\"Zoë\"}");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.start()).isEqualTo("cold");
        assertThat(answer.json()).isEqualTo(new JsonObject("{\"greeting\":\"Hello Zoë\",\"memory\":128}"));
        assertThat(NODE.api().log(answer.invocation())).anyMatch(line -> line.contains("greeting Zoë"));
        assertThat(NODE.api().invoke("hello", "{}").start()).isEqualTo("warm");
    }

    @Test
    void aJarAndAZipWithALibraryAnswer() {
        byte[] library = JavaArchive.jar(Map.of("fruit.Names", """
                package fruit;
                public interface Names { static String one() { return "quince"; } }
                """));
        byte[] jar = JavaArchive.jar(Map.of("team.Shop", """
                package team;
                public class Shop { public static String sell(String event) { return "sold " + event; } }
                """));
        byte[] zip = JavaArchive.zip(
                Map.of("Main.java", "public class Main { String handle() { return fruit.Names.one(); } }"),
                Map.of("lib/fruit.jar", library));
        NODE.api().register("shop", JAVA + "&handler=team.Shop.sell", Archive.ZIP.type(), jar);
        NODE.api().register("fruit", JAVA, Archive.ZIP.type(), zip);

        assertThat(NODE.api()
                        .invoke("shop", "text/plain", "a pear".getBytes(StandardCharsets.UTF_8))
                        .text())
                .isEqualTo("sold a pear");
        assertThat(NODE.api().invoke("fruit").text()).isEqualTo("quince");
    }

    @Test
    void anExceptionComesBackWithTypeMessageAndStackAndTheContainerStaysWarm() {
        NODE.api().register("unpaid", JAVA, """
                class Unpaid extends RuntimeException {
                    Unpaid(String message) { super(message); }
                }

                public class Orders {
                    public String handle(String event) {
                        if (event == null) return "fine";
                        throw new Unpaid("order " + event + " is not paid");
                    }
                }
                """);
        Answer answer = NODE.api().invoke("unpaid", "7");
        assertThat(answer.code()).isEqualTo("FUNCTION_ERROR");
        assertThat(answer.error().encode())
                .contains("Unpaid", "order 7 is not paid", "function.java:8")
                .doesNotContain("dev.hearth.runtime");
        assertThat(NODE.api().invoke("unpaid").start()).isEqualTo("warm");
    }

    @Test
    void aSourceThatDoesNotCompileFailsWithItsLine() {
        NODE.api().register("typo", JAVA, "public class Typo {\n  String handle() { return 1; }\n}\n");
        Answer answer = NODE.api().invoke("typo");
        assertThat(answer.code()).isEqualTo("INIT_FAILED");
        assertThat(answer.error().getString("message")).contains("CompilationError", "function.java:2");
    }

    @Test
    void aFullHeapIsOutOfMemoryAndTheNextCallGetsAFreshProcess() {
        NODE.api().register("hoard", JAVA, """
                static List<long[]> kept = new ArrayList<>();
                int handle(Object event) {
                    while (event != null) kept.add(new long[1 << 18]);
                    return kept.size();
                }
                """);
        Answer answer = NODE.api().invoke("hoard", "1");
        assertThat(answer.code()).as("%s", answer).isEqualTo("OUT_OF_MEMORY");
        assertThat(NODE.api().invoke("hoard").text()).isEqualTo("0");
    }

    @Test
    void aLoopThatNeverEndsIsCutOff() {
        NODE.api().register("loop", JAVA + "&timeout=1s", "long i;\nObject handle() { while (true) i++; }\n");
        assertThat(NODE.api().invoke("loop").code()).isEqualTo("TIMEOUT");
    }

    @Test
    void aStemCellServesOnlyTheMemoryThatItsHeapWasSizedFor() {
        String source = "Object handle() { return 1; }";
        NODE.api().register("same", "runtime=java&memory=192MiB", source);
        NODE.api().register("less", "runtime=java&memory=160MiB", source);
        eventually(
                PATIENCE,
                () -> assertThat(NODE.api().containers(NODE.id()))
                        .anyMatch(container -> container.getString("state").equals("stem")));
        assertThat(NODE.api().invoke("less").start()).isEqualTo("cold");
        assertThat(NODE.api().invoke("same").start()).isEqualTo("prewarmed");
    }

    @Test
    void theExampleSumsUpSales() throws IOException {
        NODE.api().register("sales", JAVA, Files.readString(Path.of("examples/java-sales/Sales.java")));
        String csv = "day,region,product,quantity,price\n"
                + IntStream.range(0, 20_000)
                        .mapToObj(i -> "2026-01-01," + (i % 2 == 0 ? "north" : "south") + ",p" + i % 4 + ",2,1.25\n")
                        .collect(Collectors.joining())
                + "broken\n";
        Answer answer = NODE.api().invoke("sales", "text/csv", csv.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.json()).isEqualTo(new JsonObject("""
                        {"lines":20001,"refused":1,"revenue":50000.00,"regions":[
                          {"region":"north","sales":10000,"revenue":25000.00,"best":"p2"},
                          {"region":"south","sales":10000,"revenue":25000.00,"best":"p3"}]}
                        """));
    }
}
