package dev.hearth.common.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BytesTest {
    @Test
    void readsEveryUnit() {
        assertThat(Bytes.parse("7B")).isEqualTo(new Bytes(7));
        assertThat(Bytes.parse("64KiB")).isEqualTo(Bytes.ofKiB(64));
        assertThat(Bytes.parse("128MiB")).isEqualTo(Bytes.ofMiB(128));
        assertThat(Bytes.parse("3GiB")).isEqualTo(Bytes.ofGiB(3));
        assertThat(Bytes.parse("2TiB")).isEqualTo(Bytes.ofGiB(2048));
        assertThat(Bytes.parse(" 1 GiB ")).isEqualTo(Bytes.ofGiB(1));
    }

    @Test
    void writesTheLargestUnitThatDividesTheSize() {
        assertThat(new Bytes(0)).hasToString("0B");
        assertThat(new Bytes(1023)).hasToString("1023B");
        assertThat(Bytes.ofKiB(1536)).hasToString("1536KiB");
        assertThat(Bytes.ofMiB(2048)).hasToString("2GiB");
        assertThat(Bytes.ofGiB(1 << 20)).hasToString("1024TiB");
    }

    @Test
    void readsWhatItWrites() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Bytes size = new Bytes(random.nextLong(Long.MAX_VALUE) >> random.nextInt(63));
            assertThat(Bytes.parse(size.toString())).isEqualTo(size);
        }
    }

    @Test
    void refusesWhatIsNoSizeWithASentence() {
        for (String text : List.of("", "12", "MiB", "-1MiB", "1.5GiB", "1MB", "1mib", "1 GiB x", "0x10B")) {
            assertThatThrownBy(() -> Bytes.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + text + "' is not a size");
        }
    }

    @Test
    void refusesWhatNoLongCanHold() {
        assertThatThrownBy(() -> Bytes.parse("999999999999999TiB"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("larger than any machine");
        assertThatThrownBy(() -> new Bytes(Long.MAX_VALUE).plus(new Bytes(1))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void isNeverNegative() {
        assertThatThrownBy(() -> new Bytes(-1)).hasMessageContaining("cannot be negative");
    }

    @Test
    void roundsMebibytesUp() {
        assertThat(new Bytes(1).toMiB()).isEqualTo(1);
        assertThat(Bytes.ofMiB(5).toMiB()).isEqualTo(5);
        assertThat(Bytes.ofMiB(5).plus(new Bytes(1)).toMiB()).isEqualTo(6);
        assertThat(Bytes.ZERO.toMiB()).isZero();
    }
}
