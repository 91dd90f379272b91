package dev.hearth.invoker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FirewallTest {
    private static final NetworkSettings SETTINGS = new NetworkSettings(
            true,
            "node-1",
            Ipv4Block.parse("10.9.0.0/16"),
            List.of(),
            List.of(Ipv4Block.parse("198.51.100.0/24")),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));

    private final Firewall firewall = new Firewall(SETTINGS);
    private final List<String> rules =
            firewall.chains(List.of(Ipv4Block.parse("10.0.0.53"))).lines().toList();

    private int place(String part) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).contains(part)) {
                return i;
            }
        }
        throw new AssertionError("no rule has '" + part + "': " + rules);
    }

    @Test
    void anotherFunctionIsRefusedBeforeAnythingIsAccepted() {
        assertThat(place("-o " + SETTINGS.devices() + "+ -j REJECT")).isLessThan(place("ACCEPT"));
    }

    @Test
    void aNameServerAtAPrivateAddressIsAskedAtItsPortOnly() {
        assertThat(place("-d 10.0.0.53/32 -p udp --dport 53 -j ACCEPT")).isLessThan(place("-d 10.0.0.0/8 -j REJECT"));
        assertThat(rules).filteredOn(rule -> rule.contains("10.0.0.53")).allMatch(rule -> rule.contains("--dport 53"));
    }

    @Test
    void specialAndDeniedBlocksAreRefusedBeforeTheRestIsAccepted() {
        int rest = place("-OUT -j ACCEPT");
        Firewall.NEVER.forEach(
                block -> assertThat(place("-d " + block + " -j REJECT")).isLessThan(rest));
        assertThat(place("-d 198.51.100.0/24 -j REJECT")).isLessThan(rest);
    }

    @Test
    void privateAndMetadataAddressesAreSpecial() {
        for (String address : List.of(
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "100.64.0.1",
                "127.0.0.1",
                "169.254.169.254",
                "0.0.0.0",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255")) {
            assertThat(Firewall.NEVER).as(address).anyMatch(block -> block.contains(Ipv4Block.parse(address)));
        }
        for (String address : List.of("1.1.1.1", "172.32.0.1", "192.169.0.1", "203.0.113.2", "223.255.255.255")) {
            assertThat(Firewall.NEVER).as(address).noneMatch(block -> block.contains(Ipv4Block.parse(address)));
        }
    }

    @Test
    void onlyAnswersReachAFunctionAndNothingReachesThisMachine() {
        assertThat(rules)
                .filteredOn(rule -> rule.contains("-BACK ") && rule.startsWith("-A"))
                .satisfiesExactly(
                        rule -> assertThat(rule).endsWith("-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"),
                        rule -> assertThat(rule).endsWith("-j DROP"));
        assertThat(rules)
                .filteredOn(rule -> rule.contains("-HOST ") && rule.startsWith("-A"))
                .singleElement()
                .asString()
                .contains("-j REJECT");
    }

    @Test
    void namesFitWhereTheKernelBoundsThem() {
        assertThat(SETTINGS.devices() + "3fffff").hasSizeLessThanOrEqualTo(15);
        assertThat(firewall.jumps())
                .allSatisfy(jump -> assertThat(jump.match().getLast()).hasSizeLessThan(29));
    }

    @Test
    void nodesOfOneMachineHaveBlocksOfTheirOwn() {
        assertThat(NetworkSettings.blockOf("a")).isNotEqualTo(NetworkSettings.blockOf("b"));
        assertThat(Ipv4Block.parse("100.64.0.0/10").contains(NetworkSettings.blockOf("node-1")))
                .isTrue();
    }
}
