package dev.hearth.invoker.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SourceFileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "export function handle() {}",
                "// hello\nexport async function handle() {}",
                "export default { handle }",
                "export const handle = () => 1",
                "export {handle}",
                "import fs from 'node:fs'\n",
                "import { a } from './a.mjs'",
                "import 'node:fs';",
                "import * as os from 'os'",
                "import a, { b } from 'c'"
            })
    void takesFilesWithModuleSyntaxForEsModules(String text) {
        assertThat(SourceFile.nameInCache(text)).isEqualTo(SourceFile.ES_MODULE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exports.handle = async () => 1",
                "module.exports = { handle }",
                "const a = import('b')",
                "import os\ndef handle(event, context): return 1",
                "from os import path",
                "const exporting = 1"
            })
    void takesAllOthersAsTheyAre(String text) {
        assertThat(SourceFile.nameInCache(text)).isEqualTo(SourceFile.PLAIN);
    }

    @Test
    void namesTheFileAsRuntimeAndHandlerExpectIt() {
        assertThat(SourceFile.nameInContainer("source", "python3", "")).isEqualTo("function.py");
        assertThat(SourceFile.nameInContainer("source", "python3", "handle")).isEqualTo("function.py");
        assertThat(SourceFile.nameInContainer("source", "python3", "hello.handle"))
                .isEqualTo("hello.py");
        assertThat(SourceFile.nameInContainer("source", "python3", "../../x.handle"))
                .isEqualTo("function.py");
        assertThat(SourceFile.nameInContainer("source", "nodejs", "hello.handle"))
                .isEqualTo("hello.js");
        assertThat(SourceFile.nameInContainer("source.mjs", "nodejs", "handle")).isEqualTo("function.mjs");
        assertThat(SourceFile.nameInContainer("source", "java", "Hello.handle")).isEqualTo("Hello.java");
        assertThat(SourceFile.nameInContainer("source", "java", "")).isEqualTo("function.java");
        assertThat(SourceFile.nameInContainer("source", "native", "tool.handle"))
                .isEqualTo("tool");
        assertThat(SourceFile.nameInContainer("source.mjs", "python3", "handle"))
                .isEqualTo("function.py");
    }
}
