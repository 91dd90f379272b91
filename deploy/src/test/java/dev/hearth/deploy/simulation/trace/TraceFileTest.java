package dev.hearth.deploy.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.units.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraceFileTest {
    private static final String HEADER = "at,function,run_ms,memory\n";

    @TempDir
    private Path folder;

    @Test
    void readsCallsInTheirOrder() {
        List<TracedCall> calls = read("""
                at,function,run_ms,memory
                0,resize,120,256MiB

                # a comment
                0.5, words ,0.25,128
                0.5,resize,80,256MiB
                """);
        assertThat(calls).extracting(TracedCall::atMicros).containsExactly(0L, 500_000L, 500_000L);
        assertThat(calls).extracting(TracedCall::runMicros).containsExactly(120_000L, 250L, 80_000L);
        assertThat(calls.get(1).function()).isEqualTo(TracedFunction.ofRuntime("words", Bytes.ofMiB(128), "python3"));
        assertThat(calls.get(2).function()).isSameAs(calls.getFirst().function());
    }

    @Test
    void columnsMayStandInAnyOrderAndNameImagesAndRuntimes() {
        List<TracedCall> calls = read("""
                function,memory,runtime,image,image_mb,at,run_ms
                a,128,nodejs,,,1,2
                b,1GiB,,registry.example/b,300,2,2
                """);
        assertThat(calls.getFirst().function().runtime()).isEqualTo("nodejs");
        assertThat(calls.get(1).function())
                .isEqualTo(TracedFunction.ofImage("b", Bytes.ofGiB(1), "registry.example/b", Bytes.ofMiB(300)));
    }

    @Test
    void unpacksWhatIsPacked() throws IOException {
        Path file = folder.resolve("trace.csv.gz");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
            packed.write((HEADER + "1,a,1,128\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(all(file)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "1,a,1; 3 values for 4 columns",
                "soon,a,1,128; at is 'soon', which is not a number",
                "-1,a,1,128; at is -1, must be 0 to",
                "NaN,a,1,128; at is NaN, must be 0 to",
                "1,a,1,lots; memory is 'lots': write a whole number of MiB",
                "1,a,1,0; memory is '0': write a whole number of MiB",
                "1,,1,128; function must be a name",
                "0.25,a,1,128; at is 0.25, before the 0.5 of the call above it",
                "1,known,1,256; function known has '256' here and had '128' above"
            })
    void refusesABadLineWithItsNumber(String line, String reason) {
        assertThatThrownBy(() -> read(HEADER + "0.5,known,1,128\n" + line + "\n"))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("trace.csv, line 3: " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "at,function,run_ms; there is no column memory",
                "at,function,run_ms,memory,colour; 'colour' is no column of a trace",
                "at,at,function,run_ms,memory; column at is named twice"
            })
    void refusesABadHeader(String header, String reason) {
        assertThatThrownBy(() -> read(header + "\n1,a,1,128\n"))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("line 1: " + reason);
    }

    @Test
    void refusesWhatIsNoTrace() {
        assertThatThrownBy(() -> read("")).hasMessageContaining("is empty");
        assertThatThrownBy(() -> all(folder.resolve("nothing"))).hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> read("at,function,run_ms,memory,image,runtime\n1,a,1,128,i,java\n"))
                .hasMessageContaining("has both an image and a runtime");
        assertThatThrownBy(() -> read("at,function,run_ms,memory,image_mb\n1,a,1,128,5\n"))
                .hasMessageContaining("image_mb is 5 but there is no image");
    }

    private List<TracedCall> read(String text) {
        Path file = folder.resolve("trace.csv");
        try {
            Files.writeString(file, text);
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
        return all(file);
    }

    private static List<TracedCall> all(Path file) {
        List<TracedCall> calls = new ArrayList<>();
        try (Trace trace = TraceFile.open(file)) {
            for (TracedCall call = trace.next(); call != null; call = trace.next()) {
                calls.add(call);
            }
        }
        return calls;
    }
}
