package dev.hearth.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.config.Catalogue;
import dev.hearth.common.config.NodeConfig;
import dev.hearth.common.config.Settings;
import dev.hearth.common.config.Sources;
import dev.hearth.common.function.Ipv4Block;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.InvokerConfig.Clocks;
import dev.hearth.invoker.InvokerConfig.Logs;
import dev.hearth.invoker.InvokerConfig.Stems;
import dev.hearth.invoker.InvokerConfig.Uids;
import dev.hearth.invoker.network.NetworkSettings;
import dev.hearth.invoker.network.NetworkSettings.Bounds;
import dev.hearth.invoker.pool.Sharing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class InvokerConfigTest {
    private static final Catalogue CATALOGUE = Catalogue.of(List.of(InvokerConfig.SETTINGS, NodeConfig.SETTINGS));
    private static final Machine MACHINE =
            new Machine(2, Bytes.ofGiB(20), Bytes.ofGiB(40), "node-1", Path.of("/opt/hearth/bridge"));

    @Test
    void hasDefaults() {
        assertThat(bind())
                .isEqualTo(new InvokerConfig(
                        "node-1",
                        NodeLabels.NONE,
                        new NodeBudget(
                                Bytes.ofGiB(12),
                                Bytes.ofGiB(4),
                                Bytes.ofGiB(1),
                                Bytes.ofGiB(20),
                                Bytes.ofGiB(4),
                                Bytes.ofMiB(512),
                                64,
                                2,
                                0),
                        new Sharing(3, Duration.ofMillis(2), Duration.ofMillis(10)),
                        "lru",
                        new Uids(200_000, 10_000),
                        new Stems(
                                Map.of("python3", 1, "nodejs", 1, "java", 0, "native", 0),
                                Bytes.ofMiB(256),
                                Bytes.ofMiB(64),
                                8,
                                Duration.ofMinutes(5),
                                3,
                                8),
                        new Clocks(
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(2),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(1),
                                Duration.ofMillis(50),
                                Duration.ofMillis(100),
                                Duration.ofMinutes(2)),
                        new Logs(Bytes.ofMiB(1), Bytes.ofMiB(64), 20),
                        Bytes.ofKiB(256),
                        Path.of("/opt/hearth/bridge"),
                        2,
                        10_000,
                        new InvokerConfig.Files(16, 4_096),
                        new Networking(
                                true,
                                NetworkSettings.blockOf("node-1"),
                                List.of(),
                                List.of(),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(5),
                                new Bounds(
                                        1_024,
                                        100,
                                        64,
                                        Duration.ofMinutes(1),
                                        Duration.ofMinutes(10),
                                        256,
                                        Duration.ofSeconds(3))),
                        new InvokerConfig.Usage(Duration.ofSeconds(5), Path.of("/sys/fs/cgroup")),
                        new InvokerConfig.TunnelBounds(0, 64, Duration.ofSeconds(15))));
    }

    @Test
    void readsEveryKey() {
        String[] flags = {
            "invoker.id=left-1",
            "invoker.memory=2GiB",
            "invoker.scratch=3GiB",
            "invoker.reserve=4GiB",
            "invoker.disk=5GiB",
            "invoker.code-bytes=6MiB",
            "invoker.disk-free=7MiB",
            "invoker.slots=8",
            "invoker.starts=9",
            "invoker.labels=zone=a,disk=fast",
            "invoker.gpus=4",
            "invoker.eviction=ram",
            "invoker.uid-first=1010",
            "invoker.uid-count=11",
            "stems.python3=2",
            "stems.nodejs=0",
            "stems.java=3",
            "stems.native=4",
            "stems.memory=16MiB",
            "stems.disk=1MiB",
            "stems.most=4",
            "stems.settle=5s",
            "stems.learn=6",
            "stems.classes=7",
            "invoker.adopt-grace=12s",
            "invoker.kill-grace=13s",
            "invoker.heartbeat=14s",
            "invoker.orphan-after=140s",
            "invoker.start-timeout=15s",
            "invoker.start-retry-least=16s",
            "invoker.start-retry-most=17s",
            "invoker.engine-check=18s",
            "invoker.log-bytes=19KiB",
            "invoker.logs-bytes=20MiB",
            "invoker.log-tail=21",
            "invoker.bridge-grace=22s",
            "invoker.kill-retry=23s",
            "invoker.start-rest=240ms",
            "invoker.announce-after=24s",
            "invoker.code-timeout=25s",
            "invoker.removals=26",
            "invoker.sharing-spread=27",
            "invoker.sharing-run=28ms",
            "invoker.sharing-wait=29ms",
            "invoker.revisions=27",
            "invoker.file-threads=28",
            "invoker.file-queue=29",
            "invoker.usage-beat=30s",
            "invoker.cgroups=/cgroups",
            "invoker.tunnel-port=7070",
            "invoker.tunnel-connections=71",
            "invoker.tunnel-silence=72s",
            "invoker.window=64KiB",
            "invoker.bridge=/b",
            "network.enabled=false",
            "network.addresses=10.9.0.0/16",
            "network.dns=192.0.2.53,192.0.2.54",
            "network.deny=198.51.100.0/24",
            "network.check=30ms",
            "network.repair=31s",
            "network.timeout=32s",
            "network.connections=33",
            "network.connects=34",
            "network.allow-addresses=35",
            "network.allow-least=36s",
            "network.allow-most=37s",
            "network.lookups=38",
            "network.lookup-timeout=39s"
        };
        assertThat(flags).hasSameSizeAs(InvokerConfig.SETTINGS);
        assertThat(bind(flags))
                .isEqualTo(new InvokerConfig(
                        "left-1",
                        NodeLabels.parse(List.of("disk=fast", "zone=a")),
                        new NodeBudget(
                                Bytes.ofGiB(2),
                                Bytes.ofGiB(3),
                                Bytes.ofGiB(4),
                                Bytes.ofGiB(5),
                                Bytes.ofMiB(6),
                                Bytes.ofMiB(7),
                                8,
                                9,
                                4),
                        new Sharing(27, Duration.ofMillis(28), Duration.ofMillis(29)),
                        "ram",
                        new Uids(1010, 11),
                        new Stems(
                                Map.of("python3", 2, "nodejs", 0, "java", 3, "native", 4),
                                Bytes.ofMiB(16),
                                Bytes.ofMiB(1),
                                4,
                                Duration.ofSeconds(5),
                                6,
                                7),
                        new Clocks(
                                Duration.ofSeconds(12),
                                Duration.ofSeconds(13),
                                Duration.ofSeconds(14),
                                Duration.ofSeconds(140),
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(16),
                                Duration.ofSeconds(17),
                                Duration.ofSeconds(18),
                                Duration.ofSeconds(22),
                                Duration.ofSeconds(23),
                                Duration.ofMillis(240),
                                Duration.ofSeconds(24),
                                Duration.ofSeconds(25)),
                        new Logs(Bytes.ofKiB(19), Bytes.ofMiB(20), 21),
                        Bytes.ofKiB(64),
                        Path.of("/b"),
                        26,
                        27,
                        new InvokerConfig.Files(28, 29),
                        new Networking(
                                false,
                                Ipv4Block.parse("10.9.0.0/16"),
                                List.of(Ipv4Block.parse("192.0.2.53"), Ipv4Block.parse("192.0.2.54")),
                                List.of(Ipv4Block.parse("198.51.100.0/24")),
                                Duration.ofMillis(30),
                                Duration.ofSeconds(31),
                                Duration.ofSeconds(32),
                                new Bounds(
                                        33,
                                        34,
                                        35,
                                        Duration.ofSeconds(36),
                                        Duration.ofSeconds(37),
                                        38,
                                        Duration.ofSeconds(39))),
                        new InvokerConfig.Usage(Duration.ofSeconds(30), Path.of("/cgroups")),
                        new InvokerConfig.TunnelBounds(7070, 71, Duration.ofSeconds(72))));
    }

    @Test
    void refusesANodeWithoutCapacityAndOtherBadValuesByName() {
        assertThatThrownBy(() -> bind(
                        "invoker.memory=0B",
                        "invoker.slots=0",
                        "invoker.eviction=random",
                        "invoker.log-tail=-1",
                        "invoker.id=Node 1",
                        "invoker.uid-first=2147483000",
                        "invoker.start-retry-least=1m",
                        "invoker.log-bytes=1GiB"))
                .hasMessageStartingWith("8 settings are wrong:")
                .hasMessageContaining("invoker.memory (command line): 0B is out of range: allowed are 16MiB to 64TiB")
                .hasMessageContaining("invoker.slots (command line): 0 is out of range: allowed are 1 to 100000")
                .hasMessageContaining("invoker.eviction (command line): 'random' is none of: lru, ram")
                .hasMessageContaining("invoker.log-tail (command line): -1 is out of range")
                .hasMessageContaining("invoker.id (command line): 'Node 1' is not an id of 1 to 32 of a-z, 0-9 and '-'")
                .hasMessageContaining("invoker.uid-first (2147483000) + invoker.uid-count (10000) is above 2147483647")
                .hasMessageContaining("invoker.start-retry-least is 1m, above invoker.start-retry-most, which is 30s")
                .hasMessageContaining("invoker.log-bytes is 1GiB, above invoker.logs-bytes, which is 64MiB");
    }

    @Test
    void refusesLabelsThatAreNone() {
        assertThatThrownBy(() -> bind("invoker.labels=zone"))
                .hasMessageContaining("invoker.labels: 'zone' is no label: write key=value, for example zone=a");
        assertThatThrownBy(() -> bind("invoker.labels=zone=a,zone=b"))
                .hasMessageContaining("invoker.labels: the label zone is given twice");
        assertThatThrownBy(() -> bind("invoker.labels=zone=a b"))
                .hasMessageContaining("invoker.labels: the value 'a b' of zone must be 1 to 63 of letters, digits");
    }

    @Test
    void refusesMoreMemoryAndScratchThanTheMachineHasBesideTheReserve() {
        assertThatThrownBy(() -> bind("invoker.memory=16GiB", "invoker.scratch=4GiB"))
                .hasMessageContaining("invoker.memory (16GiB) + invoker.scratch (4GiB) is above the machine's RAM"
                        + " (20GiB) - invoker.reserve (1GiB)");
    }

    @Test
    void whatIsNotGivenTakesWhatIsLeft() {
        assertThat(bind("invoker.memory=18GiB").budget().scratch()).isEqualTo(Bytes.ofGiB(1));
        assertThat(bind("invoker.scratch=10GiB").budget().memory()).isEqualTo(Bytes.ofGiB(9));
        assertThat(bind("invoker.disk=1GiB").budget().code()).isEqualTo(Bytes.ofMiB(256));
    }

    @Test
    void aSmallMachineHasDefaultsThatFit() {
        Machine small = new Machine(1, Bytes.ofGiB(1), Bytes.ofGiB(2), "node-1", Path.of("/b"));
        assertThat(bind(small).budget().slots()).isEqualTo(32);
    }

    @Test
    void refusesMoreStemCellsThanTheNodeHolds() {
        assertThatThrownBy(() -> bind("stems.python3=100"))
                .hasMessageContaining("stems.* keep 101 stem cells of 256MiB, more than invoker.memory, which is 12GiB")
                .hasMessageContaining("stems.* keep 101 stem cells of 64MiB, more than invoker.scratch, which is 4GiB");
    }

    /** It must be the same in every life of the node, also when the id was given. */
    @Test
    void theBlockOfAddressesGoesByTheNodesId() {
        assertThat(bind("invoker.id=left-1").network().block()).isEqualTo(NetworkSettings.blockOf("left-1"));
    }

    @Test
    void refusesAddressesThatAreNone() {
        assertThatThrownBy(() -> bind("network.addresses=10.0.0.0/9", "network.dns=10.0.0.0/8", "network.deny=home"))
                .hasMessageStartingWith("3 settings are wrong:")
                .hasMessageContaining("network.addresses is 10.0.0.0/9: it must be a block of /10 to /28")
                .hasMessageContaining("network.dns has 10.0.0.0/8: a name server has one address, no block")
                .hasMessageContaining("network.deny: 'home' is no block of IPv4 addresses");
    }

    @Test
    void refusesALeastTimeOfNamesAboveTheMost() {
        assertThatThrownBy(() -> bind("network.allow-least=20m"))
                .hasMessageContaining("network.allow-least is 20m, above network.allow-most, which is 10m");
    }

    @Test
    void refusesADataFolderWhosePathIsTooLongForSockets() {
        assertThatThrownBy(() -> bind("data=/" + "d".repeat(80)))
                .hasMessageContaining("data is /ddd")
                .hasMessageContaining("Linux allows 107");
    }

    private static InvokerConfig bind(String... flags) {
        return bind(MACHINE, flags);
    }

    private static InvokerConfig bind(Machine machine, String... flags) {
        String[] all = Stream.concat(Stream.of("data=/data"), Stream.of(flags)).toArray(String[]::new);
        Settings settings = Settings.load(CATALOGUE, Sources.ofFlags(all));
        InvokerConfig config = InvokerConfig.bind(settings, NodeConfig.bind(settings, machine.cores()), machine);
        settings.finish();
        return config;
    }
}
