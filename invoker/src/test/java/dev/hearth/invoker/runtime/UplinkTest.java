package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Revision;
import dev.hearth.invoker.network.Link;
import dev.hearth.invoker.network.Traffic;
import org.junit.jupiter.api.Test;

final class UplinkTest {
    private static final int MIB = 1 << 20;

    private final Revision revision = Samples.revision();
    private Traffic counters = Traffic.NONE;
    private final Uplink uplink = Uplink.over(new Link("hn0", "10.9.0.1"), ignored -> counters);

    @Test
    void aCallIsBoundedBothWays() {
        counters = new Traffic(6 * MIB, Samples.EGRESS);
        assertThat(uplink.excess(revision, 1)).isEmpty();
        counters = new Traffic(6 * MIB + 1, Samples.EGRESS);
        assertThat(uplink.excess(revision, 1)).map(Failure::code).hasValue(ErrorCode.INGRESS_EXCEEDED);
        counters = new Traffic(0, Samples.EGRESS + 1);
        assertThat(uplink.excess(revision, 1)).map(Failure::code).hasValue(ErrorCode.EGRESS_EXCEEDED);
        assertThat(uplink.excess(revision, 1).orElseThrow().message())
                .isEqualTo("f@1 sent 300001 bytes over its network, limits.egress is 300000B");
    }

    @Test
    void whatMovesBetweenCallsIsChargedToTheNext() {
        counters = new Traffic(10, Samples.EGRESS);
        uplink.settle();
        assertThat(uplink.words(false)).isEqualTo("network: 0 bytes received, 0 sent");
        counters = new Traffic(15, 2 * Samples.EGRESS + 1);
        assertThat(uplink.words(false)).isEqualTo("network: 5 bytes received, 300001 sent");
        assertThat(uplink.excess(revision, 1)).isPresent();
    }

    @Test
    void aContainerWithoutALinkMovesNothing() {
        assertThat(Uplink.none().excess(revision, 1)).isEmpty();
        assertThat(Uplink.none().words(false)).isEmpty();
        assertThat(Uplink.none().link()).isEmpty();
    }
}
