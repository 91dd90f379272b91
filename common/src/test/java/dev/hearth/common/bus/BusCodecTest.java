package dev.hearth.common.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class BusCodecTest {
    private static final int SEEDS = 300;
    private final BusCodec codec = new BusCodec(true);

    @Test
    void everyMessageTypeIsMadeByTheGenerator() {
        Set<Class<?>> made =
                new AnyMessage(0).oneOfEach().stream().map(Object::getClass).collect(Collectors.toSet());
        assertThat(made).isEqualTo(leaves(BusMessage.class).collect(Collectors.toSet()));
    }

    @Test
    void readsEveryMessageAsItWasWritten() {
        for (long seed = 0; seed < SEEDS; seed++) {
            for (BusMessage message : new AnyMessage(seed).oneOfEach()) {
                assertThat(codec.transform(message)).as("seed %d", seed).isEqualTo(message);
            }
        }
    }

    @Test
    void readsFromAnyPositionAndLeavesWhatFollowsAlone() {
        for (BusMessage message : new AnyMessage(7).oneOfEach()) {
            Buffer wire = Buffer.buffer("before");
            codec.encodeToWire(wire, message);
            wire.appendString("after");
            assertThat(codec.decodeFromWire("before".length(), wire)).isEqualTo(message);
        }
    }

    @Test
    void withinOneProcessTheRecordItselfIsHandedOver() {
        BusMessage message = new AnyMessage(1).oneOfEach().getFirst();
        assertThat(new BusCodec(false).transform(message)).isSameAs(message);
        assertThat(codec.transform(message)).isNotSameAs(message);
    }

    @Test
    void aMessageOfAnotherVersionIsRefusedWithASentence() {
        Buffer wire = Buffer.buffer();
        codec.encodeToWire(wire, new ContainersQuery());
        wire.setByte(4, (byte) 1);
        assertThatThrownBy(() -> codec.decodeFromWire(0, wire))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bus message of version 1, this node speaks 7: run the same Hearth on all nodes");
    }

    @Test
    void anUnknownTypeIsRefusedByItsNumber() {
        Buffer wire = Buffer.buffer();
        codec.encodeToWire(wire, new ContainersQuery());
        wire.setByte(5, (byte) 200);
        assertThatThrownBy(() -> codec.decodeFromWire(0, wire)).hasMessage("unknown bus message type 200");
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(BusCodecTest::leaves)
                : Stream.of(type);
    }
}
