package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Archive;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.Images;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Code in all its forms, what becomes of code that cannot be loaded, and new revisions. */
final class CodeIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    private static final String PYTHON = "runtime=python3&memory=64MiB";
    private static final String NODEJS = "runtime=nodejs&memory=128MiB";

    @ParameterizedTest
    @EnumSource(Archive.class)
    void aPythonArchiveBringsItsLibraries(Archive form) {
        Map<String, String> files = Map.ofEntries(
                Map.entry("main.py", """
                        from fruit import name
                        from tool.part import double

                        def handle(event, context):
                            return {"fruit": name(), "twice": double(event), "file": open("data/colour.txt").read()}
                        """),
                Map.entry("fruit/__init__.py", "from .kinds import name\n"),
                Map.entry("fruit/kinds.py", "def name():\n    return 'quince'\n"),
                Map.entry(
                        "tool/part.py",
                        "def double(n):\n    return 2 * n\n\ndef handle(event, context):\n    return 'part'\n"),
                Map.entry("data/colour.txt", "yellow"));
        String name = "python-" + form.name().toLowerCase(Locale.ROOT);
        NODE.api().register(name, PYTHON, form.type(), form.of(files).getBytes());
        assertThat(NODE.api().invoke(name, "21").json())
                .isEqualTo(new JsonObject("{\"fruit\":\"quince\",\"twice\":42,\"file\":\"yellow\"}"));
        NODE.api()
                .register(
                        name,
                        PYTHON + "&handler=tool.part.handle",
                        form.type(),
                        form.of(files).getBytes());
        assertThat(NODE.api().invoke(name, "21").text()).isEqualTo("part");
    }

    @ParameterizedTest
    @EnumSource(Archive.class)
    void aNodeArchiveBringsItsLibraries(Archive form) {
        Map<String, String> files = Map.of(
                "main.js", """
                const { name } = require("fruit");
                const { double } = require("./tool/part");
                const { readFileSync } = require("node:fs");
                exports.handle = (event) => ({
                  fruit: name(), twice: double(event), file: readFileSync("data/colour.txt", "utf8"),
                });
                """,
                "node_modules/fruit/package.json", "{\"name\":\"fruit\",\"version\":\"1.0.0\",\"main\":\"kinds.js\"}",
                "node_modules/fruit/kinds.js", "exports.name = () => 'quince';\n",
                "tool/part.js", "exports.double = (n) => 2 * n;\nexports.handle = () => 'part';\n",
                "data/colour.txt", "yellow");
        String name = "node-" + form.name().toLowerCase(Locale.ROOT);
        NODE.api().register(name, NODEJS, form.type(), form.of(files).getBytes());
        assertThat(NODE.api().invoke(name, "21").json())
                .isEqualTo(new JsonObject("{\"fruit\":\"quince\",\"twice\":42,\"file\":\"yellow\"}"));
        NODE.api()
                .register(
                        name,
                        NODEJS + "&handler=tool/part.handle",
                        form.type(),
                        form.of(files).getBytes());
        assertThat(NODE.api().invoke(name, "21").text()).isEqualTo("part");
    }

    @Test
    void anEcmaScriptModuleIsLoaded() {
        Map<String, String> files = Map.of(
                "package.json", "{\"type\":\"module\"}",
                "main.js", "import { name } from './fruit.js';\nexport const handle = async () => name;\n",
                "fruit.js", "export const name = 'medlar';\n");
        NODE.api()
                .register(
                        "module",
                        NODEJS,
                        Archive.ZIP.type(),
                        Archive.ZIP.of(files).getBytes());
        assertThat(NODE.api().invoke("module").text()).isEqualTo("medlar");
    }

    @Test
    void environmentAndContextReachTheFunction() {
        NODE.api().register("surroundings", PYTHON + "&timeout=9s&env.COLOUR=blue", """
                import os, time

                def handle(event, context):
                    return {"colour": os.environ["COLOUR"], "function": context.function, "id": context.invocation_id,
                            "memory": context.memory_mib, "remaining": context.remaining_ms()}
                """);
        Answer answer = NODE.api().invoke("surroundings");
        assertThat(answer.json().getString("colour")).isEqualTo("blue");
        assertThat(answer.json().getString("function")).isEqualTo("surroundings");
        assertThat(answer.json().getString("id")).isEqualTo(answer.invocation());
        assertThat(answer.json().getInteger("memory")).isEqualTo(64);
        assertThat(answer.json().getInteger("remaining")).isBetween(1, 9_000);
    }

    @Test
    void pythonThatCannotBeLoadedTellsFileAndLineAndIsMendedByRegisteringAgain() {
        assertBroken(
                "broken-python",
                PYTHON,
                "x = 1\n\ndef handle(event, context:\n    pass\n",
                "SyntaxError",
                "function.py",
                "line 3");
        assertBroken("broken-python", PYTHON, "import os\nimport no_such_library\n", "no_such_library", "line 2");
        assertBroken("broken-python", PYTHON, "def other(event, context):\n    return 1\n", "handle");
        assertBroken(
                "broken-python",
                PYTHON,
                "print('before the end')\nraise KeyError('lost key')\n",
                "KeyError",
                "lost key");
        NODE.api().register("broken-python", PYTHON, "def handle(event, context):\n    return 'mended'\n");
        assertThat(NODE.api().invoke("broken-python").text()).isEqualTo("mended");
    }

    @Test
    void nodeCodeThatCannotBeLoadedTellsFileAndLineAndIsMendedByRegisteringAgain() {
        assertBroken(
                "broken-node",
                NODEJS,
                "const x = 1;\n\nexports.handle = async (event => {};\n",
                "SyntaxError",
                ".js:3");
        assertBroken("broken-node", NODEJS, "const x = 1;\nrequire('no-such-library');\n", "no-such-library", ".js:2");
        assertBroken("broken-node", NODEJS, "exports.other = () => 1;\n", "handle");
        NODE.api().register("broken-node", NODEJS, "exports.handle = () => 'mended';\n");
        assertThat(NODE.api().invoke("broken-node").text()).isEqualTo("mended");
    }

    private static void assertBroken(String name, String spec, String source, String... told) {
        NODE.api().register(name, spec, source);
        for (int call = 0; call < 2; call++) {
            Answer answer = NODE.api().invoke(name);
            assertThat(answer.status()).as("%s", answer).isEqualTo(502);
            assertThat(answer.code()).isEqualTo("INIT_FAILED");
            assertThat(answer.error().getString("message") + "\n"
                            + answer.error().getString("stack"))
                    .contains(told);
        }
    }

    @Test
    void codeThatLoadsTooLongIsAFailedInit() {
        NODE.api().register("slow-init", PYTHON + "&init=700ms", "import time\ntime.sleep(30)\n");
        Answer answer = NODE.api().invoke("slow-init");
        assertThat(answer.status()).as("%s", answer).isEqualTo(502);
        assertThat(answer.code()).isEqualTo("INIT_FAILED");
        assertThat(answer.error().getString("message")).contains("700ms");
    }

    @Test
    void aNewRevisionServesTheVeryNextCall() {
        for (int number = 1; number <= 4; number++) {
            NODE.api().register("versions", PYTHON, "def handle(event, context):\n    return " + number + "\n");
            Answer first = NODE.api().invoke("versions");
            assertThat(first.text()).isEqualTo(Integer.toString(number));
            assertThat(first.start()).isNotEqualTo("warm");
            assertThat(NODE.api().invoke("versions").start()).isEqualTo("warm");
            assertThat(NODE.api().record(first.invocation()).getInteger("revision"))
                    .isEqualTo(number);
        }
    }

    @Test
    void registeringTheSameAgainKeepsTheContainerWarm() {
        String source = "def handle(event, context):\n    return 'same'\n";
        NODE.api().register("same", PYTHON, source);
        NODE.api().invoke("same");
        NODE.api().register("same", PYTHON, source);
        assertThat(NODE.api().invoke("same").start()).isEqualTo("warm");
    }

    @Test
    void aDeletedFunctionIsGoneAndMayComeBack() {
        String source = "def handle(event, context):\n    return 'there'\n";
        NODE.api().register("passing", PYTHON, source);
        assertThat(NODE.api().invoke("passing").text()).isEqualTo("there");
        assertThat(NODE.api().delete("/v1/functions/passing").status()).isEqualTo(200);
        Answer gone = NODE.api().invoke("passing");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.code()).isEqualTo("FUNCTION_NOT_FOUND");
        assertThat(NODE.api().get("/v1/functions/passing").status()).isEqualTo(404);
        NODE.api().register("passing", PYTHON, source);
        assertThat(NODE.api().invoke("passing").text()).isEqualTo("there");
    }

    @Test
    void anImageWithTheCodeInItIsAFunction(@TempDir Path folder) throws IOException {
        String tag = "hearth-test/" + NODE.id() + ":1";
        Files.writeString(folder.resolve("Dockerfile"), "FROM " + Images.of("python3") + "\nCOPY . /function\n");
        Files.writeString(
                folder.resolve("fruit.py"),
                "import colour\n\ndef handle(event, context):\n    return colour.OF[event]\n");
        Files.writeString(folder.resolve("colour.py"), "OF = {'plum': 'blue'}\n");
        Docker.build(tag, folder);
        try {
            NODE.api().register("own-image", "image=" + tag + "&contract=hearth&handler=fruit.handle&memory=64MiB", "");
            Answer first = NODE.api().invoke("own-image", "\"plum\"");
            assertThat(first.status()).as("%s", first).isEqualTo(200);
            assertThat(first.text()).isEqualTo("blue");
            assertThat(NODE.api().invoke("own-image", "\"plum\"").start()).isEqualTo("warm");
            NODE.api().delete("/v1/functions/own-image");
        } finally {
            Docker.removeImage(tag);
        }
    }
}
