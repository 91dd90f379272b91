package dev.hearth.invoker.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.Destination;
import dev.hearth.common.function.Ipv4Block;
import dev.hearth.invoker.network.Firewall.Now;
import dev.hearth.invoker.network.NetworkSettings.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class FirewallTest {
    static final Bounds BOUNDS =
            new Bounds(1_024, 100, 4, Duration.ofMinutes(1), Duration.ofMinutes(10), 256, Duration.ofSeconds(3));
    static final NetworkSettings SETTINGS = new NetworkSettings(
            true,
            "node-1",
            Ipv4Block.parse("10.9.0.0/16"),
            List.of(),
            List.of(Ipv4Block.parse("198.51.100.0/24")),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            BOUNDS);
    private static final String DEVICE = SETTINGS.devices() + "x1f";

    private final Firewall firewall = new Firewall(SETTINGS);
    private final Map<String, Fence> fences =
            new TreeMap<>(Map.of(DEVICE, new Fence(List.of(Destination.parse("203.0.113.0/24:443")), BOUNDS)));
    private final List<String> rules = firewall.chains(new Now(List.of(Ipv4Block.parse("10.0.0.53")), 5353), fences)
            .lines()
            .toList();

    private List<String> of(String chain) {
        String start = "-A HEARTH-" + SETTINGS.tag() + "-" + chain + " ";
        return rules.stream()
                .filter(rule -> rule.startsWith(start))
                .map(rule -> rule.substring(start.length()))
                .toList();
    }

    private static int place(List<String> rules, String part) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).contains(part)) {
                return i;
            }
        }
        throw new AssertionError("no rule has '" + part + "': " + rules);
    }

    @Test
    void anotherFunctionIsRefusedBeforeAnythingIsAccepted() {
        assertThat(place(of("OUT"), "-o " + SETTINGS.devices() + "+ -j HEARTH-" + SETTINGS.tag() + "-REFUSE"))
                .isLessThan(place(of("OUT"), "ACCEPT"));
    }

    @Test
    void aNameServerAtAPrivateAddressIsAskedAtItsPortOnly() {
        assertThat(place(of("OUT"), "-d 10.0.0.53/32 -p udp --dport 53 -j ACCEPT"))
                .isLessThan(place(of("OUT"), "-DENY"));
        assertThat(rules).filteredOn(rule -> rule.contains("10.0.0.53")).allMatch(rule -> rule.contains("--dport 53"));
    }

    @Test
    void specialAndDeniedBlocksAreRefusedBeforeTheRestIsAccepted() {
        assertThat(place(of("OUT"), "-DENY")).isLessThan(of("OUT").indexOf("-j ACCEPT"));
        Ipv4Block.SPECIAL.forEach(
                block -> assertThat(place(of("DENY"), "-d " + block + " -j HEARTH-" + SETTINGS.tag() + "-REFUSE"))
                        .isNotNegative());
        assertThat(place(of("DENY"), "-d 198.51.100.0/24 -j HEARTH-" + SETTINGS.tag() + "-REFUSE"))
                .isNotNegative();
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
            assertThat(Ipv4Block.parse(address).isSpecial()).as(address).isTrue();
        }
        for (String address : List.of("1.1.1.1", "172.32.0.1", "192.169.0.1", "203.0.113.2", "223.255.255.255")) {
            assertThat(Ipv4Block.parse(address).isSpecial()).as(address).isFalse();
        }
    }

    @Test
    void whatIsRefusedIsToldInTheWordsOfItsProtocol() {
        assertThat(of("REFUSE"))
                .containsExactly(
                        "-p tcp -j REJECT --reject-with tcp-reset", "-j REJECT --reject-with icmp-admin-prohibited");
    }

    @Test
    void onlyAnswersReachAFunctionAndOnlyTheNameServerIsReachedOnThisMachine() {
        assertThat(of("BACK"))
                .containsExactly(
                        "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
                        "-j HEARTH-" + SETTINGS.tag() + "-REFUSE");
        assertThat(of("HOST"))
                .satisfiesExactly(
                        rule -> assertThat(rule).endsWith("-NEW"),
                        rule -> assertThat(rule)
                                .isEqualTo("-i " + SETTINGS.devices() + "x+ -d 10.9.0.0 -p udp --dport 5353 -j ACCEPT"),
                        rule -> assertThat(rule).endsWith("-REFUSE"));
    }

    @Test
    void aLinkWithAFenceReachesWhatItsChainAcceptsAndIsRefusedAllElse() {
        assertThat(place(of("OUT"), "-i " + SETTINGS.devices() + "x+ -j HEARTH-" + SETTINGS.tag() + "-FENCE"))
                .isLessThan(place(of("OUT"), "ACCEPT"));
        assertThat(of("FENCE"))
                .satisfiesExactly(
                        rule -> assertThat(rule).endsWith("-DENY"),
                        rule -> assertThat(rule).contains("ESTABLISHED"),
                        rule -> assertThat(rule).endsWith("-LINKS"),
                        rule -> assertThat(rule).endsWith("-REFUSE"));
        assertThat(of("LINKS")).singleElement().asString().startsWith("-i " + DEVICE + " -j");
        assertThat(of("L1f"))
                .containsExactly(
                        "-d 203.0.113.0/24 -p tcp --dport 443 -j ACCEPT",
                        "-d 203.0.113.0/24 -p udp --dport 443 -j ACCEPT");
    }

    @Test
    void aChainIsDeclaredBeforeARuleLeadsToIt() {
        String own = "HEARTH-" + SETTINGS.tag() + "-";
        for (int i = 0; i < rules.size(); i++) {
            String rule = rules.get(i);
            if (rule.startsWith("-A") && rule.contains(" -j " + own)) {
                String target = rule.substring(rule.lastIndexOf(own));
                assertThat(rules.subList(0, i)).as(rule).contains(":" + target + " - [0:0]");
            }
        }
    }

    @Test
    void aFenceThatIsGoneAndOneThatNobodyKnowsAreTakenAway() {
        String own = "HEARTH-" + SETTINGS.tag() + "-";
        fences.clear();
        assertThat(firewall.changed(fences, Set.of(), Set.of(DEVICE)).lines())
                .containsExactly(
                        "*filter",
                        ":" + own + "LINKS - [0:0]",
                        ":" + own + "L1f - [0:0]",
                        "-X " + own + "L1f",
                        "COMMIT");
        String saved = """
                :%1$sOUT - [0:0]
                :%1$sLINKS - [0:0]
                :%1$sL2 - [0:0]
                :OTHER - [0:0]
                """.formatted(own);
        assertThat(firewall.leftovers(saved, fences).lines())
                .containsExactly("*filter", ":" + own + "L2 - [0:0]", "-X " + own + "L2", "COMMIT");
        assertThat(firewall.leftovers(":" + own + "LINKS - [0:0]", fences)).isEmpty();
    }

    @Test
    void onlyWhatIsMissingOfTheWaysIntoTheChainsIsPutThere() {
        String saved =
                firewall.jumps().stream().map(jump -> "-A " + jump.rule()).collect(Collectors.joining("\n"));
        assertThat(firewall.missing(saved)).isEmpty();
        assertThat(firewall.missing("").lines()).hasSize(3 * firewall.jumps().size());
    }

    @Test
    void connectionsOfOneContainerAreBounded() {
        assertThat(place(of("OUT"), "--ctstate NEW")).isLessThan(place(of("OUT"), "ACCEPT"));
        assertThat(of("NEW"))
                .satisfiesExactly(
                        rule -> assertThat(rule).contains("--connlimit-above 1024 ", "-REFUSE"),
                        rule -> assertThat(rule).contains("--hashlimit-above 100/sec", "--hashlimit-mode srcip"));
    }

    @Test
    void namesFitWhereTheKernelBoundsThem() {
        assertThat(SETTINGS.devices() + NetworkSettings.FENCE + "3fffff").hasSizeLessThanOrEqualTo(15);
        assertThat("HEARTH-" + SETTINGS.tag() + "-L3fffff").hasSizeLessThan(29);
        assertThat(SETTINGS.devices()).hasSizeLessThanOrEqualTo(15);
    }

    @Test
    void nodesOfOneMachineHaveBlocksOfTheirOwn() {
        assertThat(NetworkSettings.blockOf("a")).isNotEqualTo(NetworkSettings.blockOf("b"));
        assertThat(Ipv4Block.parse("100.64.0.0/10").contains(NetworkSettings.blockOf("node-1")))
                .isTrue();
    }
}
