package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Archive;
import dev.hearth.deploy.rig.Compiler;
import dev.hearth.deploy.rig.JavaArchive;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions that a compiler made: shared objects and programs, and how they fail. */
final class NativeRuntimeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String NATIVE = "runtime=native&memory=64MiB&disk=4MiB";
    private static final String BINARY = "application/octet-stream";

    /** Does what the first letter of the event says. */
    private static final String ACTS = """
            #include <hearth.h>
            #include <pthread.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <unistd.h>

            static int seen;

            static int deep(volatile char *above) {
                volatile char here[4096];
                here[0] = above ? *above : 1;
                return deep(here) + here[0];
            }

            static void *spin(void *unused) { for (;;) pause(); return unused; }

            static int bytes(hearth_call *call, size_t count) {
                static char block[1 << 20];
                for (size_t i = 0; i < count; i++) if (hearth_append(call, block, sizeof block)) return -1;
                return 0;
            }

            int handle(void *state, hearth_call *call) {
                char text[200];
                pthread_t thread;
                switch (call->event_size ? call->event[0] : '?') {
                case 'e': return hearth_append(call, call->event, call->event_size);
                case 'c': snprintf(text, sizeof text, "%d", ++seen); return hearth_append_text(call, text);
                case 'f': return hearth_fail(call, "NoSuchCity", "there is no Atlantis");
                case 'a': fprintf(stderr, "about to abort\\n"); abort();
                case 's': printf("about to overflow\\n"); return deep(NULL);
                case 'x': printf("leaving\\n"); exit(3);
                case 't': pthread_create(&thread, NULL, spin, NULL); return hearth_append_text(call, "started");
                case 'b': return bytes(call, 7);
                case 'm': for (;;) memset(malloc(1 << 20), 1, 1 << 20);
                case 'l': for (;;) seen++;
                default:
                    snprintf(text, sizeof text, "{\\"function\\":\\"%s\\",\\"memory\\":%u,\\"type\\":\\"%s\\"}", call->function->name,
                             call->function->memory_mib, call->content_type);
                    hearth_log(call, "INFO", "a logged line");
                    hearth_set_content_type(call, "application/json");
                    return hearth_append_text(call, text);
                }
            }
            """;

    private static byte[] acts = {};

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "invoker.heartbeat=100ms",
            "stems.python3=0",
            "stems.nodejs=0",
            "stems.native=1",
            "stems.memory=64MiB",
            "stems.disk=4MiB");

    @BeforeAll
    static void compile() {
        acts = Compiler.object(ACTS);
        NODE.api().register("acts", NATIVE + "&timeout=2s", BINARY, acts);
    }

    private static Answer act(String event) {
        return NODE.api().invoke("acts", "text/plain", event.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anObjectAnswersWithItsOwnContentTypeAndLogs() {
        Answer answer = act("?");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json())
                .isEqualTo(new JsonObject("{\"function\":\"acts\",\"memory\":64,\"type\":\"text/plain\"}"));
        assertThat(NODE.api().log(answer.invocation())).anyMatch(line -> line.contains("INFO a logged line"));
    }

    @Test
    void anEventOfSixMebibytesComesBack() {
        byte[] event = new byte[6 << 20];
        new Random(7).nextBytes(event);
        event[0] = 'e';
        Answer answer = NODE.api().invoke("acts", BINARY, event);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(Arrays.equals(answer.body().getBytes(), event)).isTrue();
    }

    @Test
    void anErrorComesBackWithTypeAndMessageAndTheContainerStaysWarm() {
        act("c");
        Answer answer = act("f");
        assertThat(answer.code()).isEqualTo("FUNCTION_ERROR");
        assertThat(answer.error().encode()).contains("NoSuchCity", "there is no Atlantis");
        assertThat(act("c").start()).isEqualTo("warm");
    }

    @ParameterizedTest
    @CsvSource({
        "a, FUNCTION_CRASHED, signal 6, about to abort",
        "s, FUNCTION_CRASHED, signal 11, about to overflow",
        "x, FUNCTION_CRASHED, code 3, leaving",
        "m, OUT_OF_MEMORY, 64MiB, ''",
        "l, TIMEOUT, 2s, ''",
        "b, EGRESS_EXCEEDED, 6MiB, ''"
    })
    void whatEndsACallOfAnObject(String event, String code, String words, String line) {
        Answer answer = act(event);
        assertThat(answer.code()).as("%s", answer).isEqualTo(code);
        assertThat(answer.error().getString("message")).contains(words);
        assertThat(answer.error().encode() + NODE.api().log(answer.invocation()))
                .contains(line);
        assertThat(act("?").status()).isEqualTo(200);
    }

    @Test
    void aThreadThatIsLeftBehindDisturbsNothing() {
        assertThat(act("t").text()).isEqualTo("started");
        assertThat(act("e still here").text()).isEqualTo("e still here");
    }

    @Test
    void whatCannotBeLoadedFailsInitWithTheLinkersWords() {
        NODE.api().register("undefined", NATIVE, BINARY, Compiler.object("""
                int missing_piece(void);
                int handle(void) { return missing_piece(); }
                """));
        NODE.api().register("unnamed", NATIVE + "&handler=resize", BINARY, acts);
        Answer undefined = NODE.api().invoke("undefined");
        assertThat(undefined.code()).isEqualTo("INIT_FAILED");
        assertThat(undefined.error().getString("message")).contains("undefined symbol: missing_piece");
        assertThat(NODE.api().invoke("unnamed").error().encode()).contains("HandlerNotFound", "resize");
    }

    @Test
    void aProgramReadsItsEventAndFailsByItsExitCode() {
        NODE.api().register("upper", NATIVE + "&env.RESULT_CONTENT_TYPE=text/plain", BINARY, Compiler.program("""
                #include <ctype.h>
                #include <stdio.h>
                #include <stdlib.h>
                int main(void) {
                    int c = getchar();
                    if (c == EOF) { fprintf(stderr, "no event for %s\\n", getenv("HEARTH_FUNCTION")); return 4; }
                    for (; c != EOF; c = getchar()) putchar(toupper(c));
                    return 0;
                }
                """));
        Answer answer = NODE.api().invoke("upper", "text/plain", "quince".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.text()).as("%s", answer).isEqualTo("QUINCE");
        Answer failed = NODE.api().invoke("upper");
        assertThat(failed.code()).isEqualTo("FUNCTION_ERROR");
        assertThat(failed.error().encode()).contains("exited with 4: no event for upper");
        assertThat(NODE.api().log(failed.invocation())).anyMatch(line -> line.contains("no event for upper"));
    }

    @Test
    void anArchiveAndADocumentHoldObjectsToo() {
        byte[] zip = JavaArchive.zip(Map.of("data/name.txt", "x"), Map.of("lib/acts.so", acts));
        NODE.api().register("zipped", NATIVE + "&handler=lib/acts.handle", Archive.ZIP.type(), zip);
        JsonObject document = new JsonObject()
                .put("runtime", "native")
                .put("code", new JsonObject().put("archive", Base64.getEncoder().encodeToString(acts)));
        NODE.api().register("coded", "", "application/json", document.encode().getBytes(StandardCharsets.UTF_8));
        assertThat(NODE.api().invoke("zipped").json().getString("function")).isEqualTo("zipped");
        assertThat(NODE.api().invoke("coded").json().getString("function")).isEqualTo("coded");
    }

    @Test
    void aStemCellTakesAnObject() {
        NODE.api().register("stemmed", NATIVE, BINARY, acts);
        eventually(
                PATIENCE,
                () -> assertThat(NODE.api().containers(NODE.id()))
                        .anyMatch(container -> container.getString("state").equals("stem")));
        Answer answer = NODE.api().invoke("stemmed");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.start()).isEqualTo("prewarmed");
    }

    @Test
    void theExamplesCountBytesAndRotateLetters() throws IOException {
        Path examples = Path.of("examples/native");
        byte[] histogram = Compiler.object(Files.readString(examples.resolve("histogram.c")));
        byte[] rot13 = Compiler.program(Files.readString(examples.resolve("rot13.c")));
        NODE.api().register("histogram", NATIVE, BINARY, histogram);
        NODE.api().register("rot13", NATIVE, BINARY, rot13);
        byte[] event = "Uryyb, Jbeyq".getBytes(StandardCharsets.UTF_8);
        Answer picture = NODE.api().invoke("histogram", "text/plain", event);
        assertThat(picture.header("Content-Type")).isEqualTo("image/x-portable-graymap");
        assertThat(picture.body().length()).isEqualTo("P5 256 100 255\n".length() + 256 * 100);
        assertThat(NODE.api().invoke("rot13", "text/plain", event).text()).isEqualTo("Hello, World");
    }

    @Test
    void codeThatDoesNotGoWithItsRuntimeIsRefused() {
        assertThat(NODE.api()
                        .put("wrong", "runtime=python3", BINARY, acts)
                        .error()
                        .getString("message"))
                .contains("only the runtime native");
        assertThat(NODE.api()
                        .put("wrong", "runtime=native", "text/plain", "print(1)".getBytes(StandardCharsets.UTF_8))
                        .error()
                        .getString("message"))
                .contains("no ELF file");
    }
}
