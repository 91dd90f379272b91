package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Revision;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.invoker.network.Link;
import org.junit.jupiter.api.Test;

final class UplinkTest {
    private static final int MIB = 1 << 20;

    private final Revision revision = Samples.revision();
    private Traffic counters = Traffic.NONE;
    private final Uplink uplink = Uplink.over(new Link("hn0", "10.9.0.1", false), ignored -> counters);

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
        assertThat(uplink.settle()).isEqualTo(new Traffic(10, Samples.EGRESS));
        assertThat(uplink.settle()).isEqualTo(Traffic.NONE);
        counters = new Traffic(15, 2 * Samples.EGRESS + 1);
        assertThat(uplink.excess(revision, 1)).isPresent();
        assertThat(uplink.settle()).isEqualTo(new Traffic(5, 300_001));
    }

    @Test
    void aLinkThatWentWithItsContainerHasMovedWhatWasSeenLast() {
        counters = new Traffic(10, 20);
        assertThat(uplink.excess(revision, 1)).isEmpty();
        counters = Traffic.NONE;
        assertThat(uplink.settle()).isEqualTo(new Traffic(10, 20));
        assertThat(uplink.settle()).isEqualTo(Traffic.NONE);
    }

    @Test
    void aContainerWithoutALinkMovesNothing() {
        assertThat(Uplink.none().excess(revision, 1)).isEmpty();
        assertThat(Uplink.none().settle()).isEqualTo(Traffic.NONE);
        assertThat(Uplink.none().link()).isEmpty();
    }
}
