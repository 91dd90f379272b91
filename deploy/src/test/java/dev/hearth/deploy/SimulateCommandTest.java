package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class SimulateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void comparesAllPoliciesInATable() throws IOException {
        assertThat(run(
                        "--trace",
                        trace("at,function,run_ms,memory\n0,a,100,128MiB\n60,a,100,128MiB\n"),
                        "--policy",
                        "all"))
                .isZero();
        assertThat(out.toString())
                .contains("3 workers of 4 cores, 8GiB of memory")
                .containsPattern("policy +fcfs +random +balanced")
                .containsPattern("calls +2 +2 +2")
                .containsPattern("warm +50.00 %")
                .contains("waste", "events a processor second");
    }

    @Test
    void theSameSeedGivesTheSameFigures() {
        assertThat(figures()).isEqualTo(figures());
    }

    private JsonObject figures() {
        out.getBuffer().setLength(0);
        assertThat(run("--trace", "azure-like:3", "--duration", "20m", "--workers", "2", "--rate", "2", "--json"))
                .isZero();
        JsonObject figures =
                new JsonObject(out.toString()).getJsonArray("policies").getJsonObject(0);
        assertThat(figures.getLong("calls")).isPositive();
        assertThat(figures.remove("took_seconds")).isNotNull();
        assertThat(figures.remove("processor_seconds")).isNotNull();
        assertThat(figures.remove("events_per_processor_second")).isNotNull();
        return figures;
    }

    @Test
    void coldStartsCostWhatTheOptionsSay() throws IOException {
        String file = trace("at,function,run_ms,memory,image,image_mb\n0,a,10,128,example/a,100\n");
        assertThat(run(
                        "--trace",
                        file,
                        "--workers",
                        "1",
                        "--json",
                        "--start",
                        "image=1s",
                        "--init",
                        "image=2s",
                        "--fetch",
                        "3s",
                        "--bandwidth",
                        "50MiB",
                        "--message-us",
                        "0"))
                .isZero();
        JsonObject figures =
                new JsonObject(out.toString()).getJsonArray("policies").getJsonObject(0);
        assertThat(figures.getDouble("wait_max_ms")).isEqualTo(8_000);
        assertThat(figures.getDouble("cold_share")).isEqualTo(1);
        assertThat(figures.getLong("images_fetched")).isEqualTo(1);
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        assertThat(run("--trace", trace("at,function,run_ms,memory\n0,a,x,128MiB\n")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("line 2: run_ms is 'x', which is not a number");
        assertThat(run("--trace", "azure-like:one")).isEqualTo(2);
        assertThat(err.toString()).contains("'one' is not a seed");
        assertThat(run("--trace", "azure-like:1", "--policy", "best")).isEqualTo(2);
        assertThat(err.toString()).contains("'best' is not a placement policy");
        assertThat(run("--trace", "azure-like:1", "--memory", "lots")).isEqualTo(2);
        assertThat(err.toString()).contains("'lots' is not a size");
        assertThat(run("--trace", "azure-like:1", "--keep-alive", "long")).isEqualTo(2);
        assertThat(err.toString()).contains("'long' is not a duration");
        assertThat(run("--trace", "azure-like:1", "--workers", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("workers is 0").doesNotContain("\tat ");
        assertThat(run()).isEqualTo(2);
    }

    private String trace(String text) throws IOException {
        return Files.writeString(folder.resolve("trace.csv"), text).toString();
    }

    private int run(String... arguments) {
        CommandLine main = Main.commandLine();
        main.setOut(new PrintWriter(out, true));
        main.setErr(new PrintWriter(err, true));
        String[] all = new String[arguments.length + 1];
        all[0] = "simulate";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return main.execute(all);
    }
}
