package dev.hearth.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.units.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
    private static final Setting<Integer> PORT = Setting.whole("gateway.port")
            .or(8080)
            .between(0, 65_535)
            .alias("HEARTH_PORT")
            .essential("A port.");
    private static final Setting<Bytes> MEMORY =
            Setting.size("invoker.memory").computed("as the machine allows").essential("A size.");
    private static final Setting<Duration> GRACE =
            Setting.duration("invoker.kill-grace").or(Duration.ofSeconds(5)).rare("A time.");
    private static final Setting<List<String>> HOSTS =
            Setting.list("gateway.hosts").or(List.of()).frequent("Names.");
    private static final Setting<String> POLICY =
            Setting.oneOf("policy", List.of("lru", "ram")).or("lru").frequent("A policy.");
    private static final Catalogue CATALOGUE = Catalogue.of(List.of(List.of(PORT, MEMORY, GRACE, HOSTS, POLICY)));

    @TempDir
    private Path folder;

    @Test
    void flagsWinOverEnvironmentOverFileOverDefault() throws IOException {
        Optional<Path> file = file("gateway.port: 1\n");
        Map<String, String> environment = Map.of("HEARTH_GATEWAY_PORT", "2");
        assertThat(port(List.of(), Map.of(), Optional.empty())).isEqualTo("8080 from default");
        assertThat(port(List.of(), Map.of(), file)).isEqualTo("1 from " + file.orElseThrow());
        assertThat(port(List.of(), environment, file)).isEqualTo("2 from HEARTH_GATEWAY_PORT");
        assertThat(port(List.of("gateway.port=3"), environment, file)).isEqualTo("3 from command line");
        assertThat(port(List.of("gateway.port=3", "gateway.port=4"), environment, file))
                .isEqualTo("4 from command line");
    }

    @Test
    void anAliasCountsLessThanTheVariableOfTheKeyAndAnEmptyVariableNotAtAll() {
        assertThat(port(List.of(), Map.of("HEARTH_PORT", "5"), Optional.empty()))
                .isEqualTo("5 from HEARTH_PORT");
        assertThat(port(List.of(), Map.of("HEARTH_PORT", "5", "HEARTH_GATEWAY_PORT", "6"), Optional.empty()))
                .isEqualTo("6 from HEARTH_GATEWAY_PORT");
        assertThat(port(List.of(), Map.of("HEARTH_GATEWAY_PORT", ""), Optional.empty()))
                .isEqualTo("8080 from default");
    }

    @Test
    void readsNestedAndDottedKeysAndListsFromYaml() throws IOException {
        Settings settings = load(List.of(), Map.of(), file("""
                gateway:
                  port: 9000
                  hosts: [a.example, b.example]
                invoker.memory: 2GiB
                invoker:
                  kill-grace: 7s
                """));
        assertThat(settings.read(PORT)).isEqualTo(9000);
        assertThat(settings.read(HOSTS)).containsExactly("a.example", "b.example");
        assertThat(settings.read(MEMORY, () -> Bytes.ZERO)).isEqualTo(Bytes.ofGiB(2));
        assertThat(settings.read(GRACE)).isEqualTo(Duration.ofSeconds(7));
        settings.finish();
    }

    @Test
    void aSectionWithoutKeysAndAnEmptyFileSayNothing() throws IOException {
        load(List.of(), Map.of(), file("gateway:\n")).finish();
        load(List.of(), Map.of(), file("")).finish();
        load(List.of(), Map.of(), file("# nothing\n")).finish();
    }

    @Test
    void tellsAllFaultsAtOnceWithKeySourceAndWhatWasMeant() throws IOException {
        Optional<Path> file = file("gateway:\n  hostz: a\npolicy: mru\n");
        Settings settings = load(
                List.of("invoker.memroy=1GiB", "invoker.kill-grace=soon", "loose"),
                Map.of("HEARTH_GATEWAY_PORT", "70000", "HEARTH_INVOKER_MEMOR", "1GiB", "HEARTH_HOME", "/x"),
                file);
        settings.read(PORT);
        settings.read(GRACE);
        settings.read(POLICY);
        settings.require(false, "gateway.port and policy contradict each other");
        assertThatThrownBy(settings::finish).isInstanceOf(ConfigException.class).hasMessage("""
                8 settings are wrong:
                  gateway.hostz (%1$s): unknown setting; did you mean gateway.hosts?
                  HEARTH_INVOKER_MEMOR (environment): unknown setting; did you mean HEARTH_INVOKER_MEMORY?
                  invoker.memroy (command line): unknown setting; did you mean invoker.memory?
                  'loose' (command line): write key=value
                  gateway.port (HEARTH_GATEWAY_PORT): 70000 is out of range: allowed are 0 to 65535
                  invoker.kill-grace (command line): 'soon' is not a duration: write a whole number and a unit, for \
                example 250ms, 5s, 10m, 2h or 7d
                  policy (%1$s): 'mru' is none of: lru, ram
                  gateway.port and policy contradict each other
                'hearth config' lists every setting and its range.""".formatted(
                        file.orElseThrow()));
    }

    @Test
    void anUnknownKeyThatIsLikeNoOtherGetsNoHint() {
        assertThatThrownBy(() ->
                        load(List.of("colour=red"), Map.of(), Optional.empty()).finish())
                .hasMessageContaining("colour (command line): unknown setting\n");
    }

    @Test
    void refusesAFileThatIsMissingOrNoYaml() throws IOException {
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> load(List.of(), Map.of(), Optional.of(missing)).finish())
                .hasMessageContaining(missing + ": cannot be read: no such file");
        Optional<Path> broken = file("gateway: [\n");
        assertThatThrownBy(() -> load(List.of(), Map.of(), broken).finish()).hasMessageContaining("not YAML");
        Optional<Path> list = file("- gateway.port\n");
        assertThatThrownBy(() -> load(List.of(), Map.of(), list).finish()).hasMessageContaining("key: value");
    }

    @Test
    void refusesAKeyThatAFileGivesTwice() throws IOException {
        Optional<Path> twoForms = file("gateway.port: 1\ngateway:\n  port: 2\n");
        assertThatThrownBy(() -> load(List.of(), Map.of(), twoForms).finish())
                .hasMessageContaining("gateway.port (" + twoForms.orElseThrow() + "): given twice");
        Optional<Path> same = file("gateway.port: 1\ngateway.port: 2\n");
        assertThatThrownBy(() -> load(List.of(), Map.of(), same).finish()).hasMessageContaining("not YAML: Duplicate");
    }

    @Test
    void aComputedDefaultIsUsedOnlyWhenNobodySetTheKey() {
        Settings computed = load(List.of(), Map.of(), Optional.empty());
        assertThat(computed.read(MEMORY, () -> Bytes.ofMiB(7))).isEqualTo(Bytes.ofMiB(7));
        assertThat(computed.effective().getFirst().source()).isEqualTo("computed");
        assertThat(computed.isGiven(MEMORY)).isFalse();
        Settings given = load(List.of("invoker.memory=1GiB"), Map.of(), Optional.empty());
        assertThat(given.read(MEMORY, () -> Bytes.ofMiB(7))).isEqualTo(Bytes.ofGiB(1));
        assertThat(given.isGiven(MEMORY)).isTrue();
    }

    @Test
    void readingAKeyThatIsNotInTheCatalogueIsAFaultOfTheProgram() {
        Setting<Integer> stranger = Setting.whole("stranger").or(1).rare("Not declared.");
        assertThatThrownBy(() -> load(List.of(), Map.of(), Optional.empty()).read(stranger))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Catalogue.of(List.of(List.of(PORT), List.of(PORT))))
                .hasMessage("setting gateway.port is declared twice");
    }

    private static Settings load(List<String> flags, Map<String, String> environment, Optional<Path> file) {
        return Settings.load(CATALOGUE, new Sources(flags, environment, file));
    }

    private static String port(List<String> flags, Map<String, String> environment, Optional<Path> file) {
        Settings settings = load(flags, environment, file);
        settings.read(PORT);
        settings.finish();
        Effective effective = settings.effective().getFirst();
        return effective.text() + " from " + effective.source();
    }

    private Optional<Path> file(String yaml) throws IOException {
        return Optional.of(Files.writeString(folder.resolve("hearth.yaml"), yaml));
    }
}
