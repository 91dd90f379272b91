package dev.hearth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceCompilerTest {
    @TempDir
    private Path code = Path.of("");

    private Set<String> compiled(String name, String text) throws IOException, LoadFailure {
        Path file = Files.writeString(code.resolve(name), text);
        return SourceCompiler.compile(code, List.of(file), List.of()).keySet();
    }

    @Test
    void compilesAPublicClassInAFileOfAnotherName() throws Exception {
        assertThat(compiled("function.java", "package a; public class B { record C() {} }"))
                .containsExactlyInAnyOrder("a.B", "a.B$C");
    }

    @Test
    void completesACompactSourceThatHasNoMain() throws Exception {
        assertThat(compiled("function.java", "int handle() { return 1; }")).containsExactly("function");
        assertThat(compiled("function.java", "record R() {}\nObject handle() { return new R(); }"))
                .contains("function");
        assertThat(compiled("function.java", "void main() {}\nint handle() { return 1; }"))
                .containsExactly("function");
    }

    @Test
    void tellsTheFirstErrorWithItsLineAndAllInTheDetails() {
        assertThatThrownBy(() -> compiled("bad.java", "class B {\n  int x = \"\";\n  int y = z;\n}\n"))
                .isInstanceOfSatisfying(LoadFailure.class, failure -> {
                    assertThat(failure.failure().type()).isEqualTo("CompilationError");
                    assertThat(failure.failure().message())
                            .contains("String cannot be converted to int")
                            .contains("(bad.java:2), and 1 more");
                    assertThat(failure.failure().stack()).contains("bad.java:3: ", "int y = z;");
                });
    }

    @Test
    void seesWhatFunctionsMayImport() throws Exception {
        assertThat(compiled(
                        "f.java",
                        "import dev.hearth.function.Context;\nString handle(Context c) { return c.function(); }"))
                .containsExactly("f");
    }
}
