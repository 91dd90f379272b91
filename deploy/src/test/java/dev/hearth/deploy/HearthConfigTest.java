package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.config.ConfigException;
import dev.hearth.common.config.Effective;
import dev.hearth.common.config.Sources;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.Machine;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class HearthConfigTest {
    @Test
    void everyKeyOfTheCatalogueIsReadAndShown() {
        HearthConfig config = load();
        assertThat(config.effective())
                .extracting(effective -> effective.setting().name())
                .containsExactlyElementsOf(HearthConfig.CATALOGUE.all().stream()
                        .map(setting -> setting.name())
                        .toList());
        assertThat(config.effective()).extracting(Effective::source).contains("default", "computed");
    }

    @Test
    void faultsOfAllPartsStandInOneMessage() {
        assertThatThrownBy(() -> load(
                        "invoker.slots=0",
                        "scheduler.policy=best",
                        "docker.calls=-1",
                        "invoker.heartbeat=3s",
                        "typo=1"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("5 settings are wrong:")
                .hasMessageContaining("invoker.slots")
                .hasMessageContaining("scheduler.policy")
                .hasMessageContaining("docker.calls")
                .hasMessageContaining("typo (command line): unknown setting")
                .hasMessageContaining(
                        "gateway.node-lost-after is 4500ms, must be at least two beats of invoker.heartbeat");
    }

    @Test
    void aSettingsPageNamesValueSourceAndVariable() {
        assertThat(ConfigText.page(load("gateway.port=9000").effective()))
                .contains("  gateway.port = 9000  (command line)\n")
                .contains("whole number, 0 to 65535; default: 8080; HEARTH_GATEWAY_PORT\n")
                .containsSubsequence("ESSENTIAL", "FREQUENT", "RARE");
    }

    @Test
    void thisMachineHasCoresMemoryAndDisk() {
        Machine machine = ThisMachine.inspect(Path.of("/nonexistent/hearth"));
        assertThat(machine.cores()).isPositive();
        assertThat(machine.memory()).isGreaterThan(Bytes.ofMiB(100));
        assertThat(machine.freeDisk()).isGreaterThan(Bytes.ZERO);
        assertThat(machine.nodeId()).matches("node-[0-9a-z]{8}");
        assertThat(machine.bridge().toString()).endsWith("hearth/bridge");
    }

    private static HearthConfig load(String... flags) {
        Machine machine = new Machine(2, Bytes.ofGiB(8), Bytes.ofGiB(40), "node-1", Path.of("/b"));
        return HearthConfig.load(Sources.ofFlags(flags), data -> machine);
    }
}
