package dev.hearth.invoker.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.Destination;
import dev.hearth.common.function.Ipv4Block;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FenceTest {
    private final Fence fence = fence("192.0.2.7", "web.example:443", "web.example:80", "*.below.example");

    private static Fence fence(String... allow) {
        return new Fence(Stream.of(allow).map(Destination::parse).toList(), FirewallTest.BOUNDS);
    }

    private static List<Ipv4Block> addresses(String... texts) {
        return Stream.of(texts).map(Ipv4Block::parse).toList();
    }

    @Test
    void knowsItsNamesAndNoOther() {
        assertThat(fence.covers("web.example")).isTrue();
        assertThat(fence.covers("a.b.below.example")).isTrue();
        for (String other :
                List.of("below.example", "xbelow.example", "a.web.example", "web.example.org", "example", "")) {
            assertThat(fence.covers(other)).as(other).isFalse();
        }
    }

    @Test
    void opensWhatANameLeadsToAtItsPortsUntilItsTimeIsOver() {
        assertThat(fence.rules()).containsExactly("-d 192.0.2.7/32");
        assertThat(fence.open("web.example", addresses("203.0.113.2"), 100)).isTrue();
        assertThat(fence.rules())
                .contains("-d 203.0.113.2/32 -p tcp --dport 80", "-d 203.0.113.2/32 -p udp --dport 443")
                .hasSize(5);
        assertThat(fence.open("web.example", addresses("203.0.113.2"), 150)).isFalse();
        assertThat(fence.expire(149)).isFalse();
        assertThat(fence.expire(150)).isTrue();
        assertThat(fence.rules()).containsExactly("-d 192.0.2.7/32");
    }

    @Test
    void whatWasFoundLongestAgoMakesWay() {
        fence.open("1.below.example", addresses("203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"), 100);
        fence.open("1.below.example", addresses("203.0.113.1"), 100);
        assertThat(fence.open("2.below.example", addresses("203.0.113.5"), 100)).isTrue();
        assertThat(fence.rules())
                .hasSize(5)
                .contains("-d 203.0.113.1/32", "-d 203.0.113.5/32")
                .doesNotContain("-d 203.0.113.2/32");
    }

    @Test
    void boundsItsLookups() {
        assertThat(fence.begin(1)).isTrue();
        assertThat(fence.begin(1)).isFalse();
        fence.end();
        assertThat(fence.begin(1)).isTrue();
    }
}
