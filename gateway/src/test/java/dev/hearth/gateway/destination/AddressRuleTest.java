package dev.hearth.gateway.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {
    private static final AddressRule CLOSED = new AddressRule(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00:1450:4001::1",
                "2400:cb00::1"
            })
    void publicAddressesAreOpen(String address) {
        assertThat(CLOSED.refusal(InetAddress.ofLiteral(address), Set.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,this host",
        "0.1.2.3,this host",
        "10.0.0.1,private",
        "10.255.255.255,private",
        "100.64.0.1,carrier's NAT",
        "100.100.100.200,carrier's NAT",
        "127.0.0.1,loopback",
        "127.255.255.254,loopback",
        "168.63.129.16,metadata",
        "169.254.169.254,metadata",
        "172.16.0.1,private",
        "172.31.255.255,private",
        "192.0.0.192,protocols",
        "192.0.2.1,documentation",
        "192.88.99.1,6to4",
        "192.168.1.1,private",
        "198.18.0.1,benchmarks",
        "198.51.100.1,documentation",
        "203.0.113.1,documentation",
        "224.0.0.1,multicast",
        "239.255.255.255,multicast",
        "240.0.0.1,reserved",
        "255.255.255.255,reserved",
        "2130706433,loopback",
        "127.1,loopback",
        "::,this host",
        "::1,loopback",
        "::ffff:127.0.0.1,loopback",
        "::ffff:10.0.0.1,private",
        "::ffff:a9fe:a9fe,metadata",
        "::127.0.0.1,no global address",
        "64:ff9b::7f00:1,no global address",
        "64:ff9b:1::1,no global address",
        "100::1,no global address",
        "2001::1,protocols",
        "2001:db8::1,documentation",
        "2002:7f00:1::,tunnel",
        "3fff::1,documentation",
        "fc00::1,private",
        "fd00:ec2::254,private",
        "fe80::1,link-local",
        "fec0::1,no global address",
        "ff02::1,multicast",
        "4000::1,no global address"
    })
    void othersAreClosedAndItIsSaidWhy(String address, String kind) {
        assertThat(CLOSED.refusal(InetAddress.ofLiteral(address), Set.of()).orElse("open"))
                .contains(kind, "webhooks.allow");
    }

    @Test
    void anIpv4AddressThatStaysInItsIpv6FormIsClosed() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 8;
        assertThat(CLOSED.refusal(Inet6Address.getByAddress("x", mapped, 0), Set.of()))
                .isPresent();
    }

    @Test
    void theMachinesOwnPublicAddressesAreClosed() {
        InetAddress own = InetAddress.ofLiteral("9.9.9.9");
        assertThat(CLOSED.refusal(own, Set.of(own)).orElse("open")).contains("this machine");
        assertThat(new AddressRule(List.of(AddressBlock.parse("9.9.9.9"))).refusal(own, Set.of(own)))
                .isEmpty();
    }

    @Test
    void theSettingOpensItsBlocksAndNothingElse() {
        AddressRule rule = new AddressRule(Stream.of("10.1.0.0/16", "127.0.0.1", "fd00::/8")
                .map(AddressBlock::parse)
                .toList());
        for (String open : List.of("10.1.255.255", "127.0.0.1", "::ffff:127.0.0.1", "fd12::1", "8.8.8.8")) {
            assertThat(rule.refusal(InetAddress.ofLiteral(open), Set.of()))
                    .as(open)
                    .isEmpty();
        }
        for (String closed : List.of("10.2.0.0", "127.0.0.2", "fc00::1", "::1", "169.254.169.254")) {
            assertThat(rule.refusal(InetAddress.ofLiteral(closed), Set.of()))
                    .as(closed)
                    .isPresent();
        }
    }

    @Test
    void blocksAreReadAndCutToTheirPrefix() {
        assertThat(AddressBlock.parse("10.1.2.3/8")).isEqualTo(AddressBlock.parse("10.0.0.0/8"));
        assertThat(AddressBlock.parse("192.0.2.1")).hasToString("192.0.2.1/32");
        assertThat(AddressBlock.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("255.255.255.255")))
                .isTrue();
        assertThat(AddressBlock.parse("::/0").contains(InetAddress.ofLiteral("::1")))
                .isTrue();
        assertThat(AddressBlock.parse("::/0").contains(InetAddress.ofLiteral("127.0.0.1")))
                .isFalse();
        assertThat(AddressBlock.parse("fd00::/13").contains(InetAddress.ofLiteral("fd07::1")))
                .isTrue();
        assertThat(AddressBlock.parse("fd00::/13").contains(InetAddress.ofLiteral("fd08::1")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "10.0",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "fd00::/129",
                "example.org",
                "::ffff:10.0.0.0/104",
                "fe80::1%eth0",
                "[::1]",
                "0x7f.0.0.1",
                "256.0.0.1",
                "10.0.0.0/x"
            })
    void whatIsNoBlockIsRefused(String text) {
        assertThatThrownBy(() -> AddressBlock.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.0/8");
    }
}
