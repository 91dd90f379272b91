package dev.hearth.invoker.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorTimesTest {
    private static final String CPU_STAT = "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\nnr_periods 0\n";

    @TempDir
    private Path root;

    private ProcessorTimes times;

    @BeforeEach
    void look() {
        times = new ProcessorTimes(root);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpuacct/docker/abc/cpuacct.usage",
                "cpu,cpuacct/docker/abc/cpuacct.usage",
                "cpuacct/system.slice/docker-abc.scope/cpuacct.usage",
                "cpu,cpuacct/system.slice/docker-abc.scope/cpuacct.usage"
            })
    void readsNanosecondsOfVersionOneWhereverTheEnginePutsThem(String file) throws Exception {
        write(file, "1234567890\n");

        assertThat(times.micros("abc")).hasValue(1_234_567);
    }

    @ParameterizedTest
    @ValueSource(strings = {"system.slice/docker-abc.scope/cpu.stat", "docker/abc/cpu.stat"})
    void readsMicrosecondsOfVersionTwo(String file) throws Exception {
        write(file, CPU_STAT);

        assertThat(times.micros("abc")).hasValue(1_234_567);
    }

    @Test
    void takesVersionOneWhereBothAreThere() throws Exception {
        write("cpuacct/docker/abc/cpuacct.usage", "5000\n");
        write("docker/abc/cpu.stat", CPU_STAT);

        assertThat(times.micros("abc")).hasValue(5);
    }

    @Test
    void looksForTheNextWhereItFoundTheFirst() throws Exception {
        write("docker/abc/cpu.stat", CPU_STAT);
        times.micros("abc");
        write("cpuacct/docker/def/cpuacct.usage", "5000\n");

        assertThat(times.micros("def")).as("it looks there alone").isEmpty();
    }

    @Test
    void knowsNothingOfAContainerThatIsGone() throws Exception {
        assertThat(times.micros("abc")).isEmpty();
        assertThat(times.work()).isFalse();
        write("docker/abc/cpu.stat", CPU_STAT);
        assertThat(times.micros("abc")).as("it was not there yet").isPresent();
        assertThat(times.work()).isTrue();
    }

    @Test
    void knowsNothingWhenAFileSaysNothing() throws Exception {
        write("cpuacct/docker/abc/cpuacct.usage", "");
        write("docker/def/cpu.stat", "nr_periods 0\n");

        assertThat(times.micros("abc")).isEmpty();
        assertThat(times.micros("def")).isEmpty();
    }
}
