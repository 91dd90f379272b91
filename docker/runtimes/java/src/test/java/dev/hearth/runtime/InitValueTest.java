package dev.hearth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InitValueTest {
    @Test
    void withoutAValueTheConstructorWithoutParametersIsCalled() throws Exception {
        assertThat(made("")).isEqualTo("none");
        assertThat(made("null")).isEqualTo("none");
    }

    @Test
    void theConstructorThatTakesTheKindOfTheValueIsCalled() throws Exception {
        assertThat(made("{\"a\":1}")).isEqualTo("map {a=1}");
        assertThat(made("\"words\"")).isEqualTo("text words");
        assertThat(made("7")).isEqualTo("long 7");
    }

    @Test
    void theElementsOfAnArrayGoBeforeTheArray() throws Exception {
        assertThat(made("[\"x\",2]")).isEqualTo("both x2");
        assertThat(made("[1,2]")).isEqualTo("list [1, 2]");
        assertThat(made("[]")).isEqualTo("none");
    }

    @Test
    void aValueThatNoConstructorTakesLeavesTheOneWithoutParameters() throws Exception {
        assertThat(made("true")).isEqualTo("none");
    }

    @Test
    void aClassWithoutAFittingConstructorIsRefusedWithTheKindOfTheValue() {
        assertThatThrownBy(() -> InitValue.of("{}").construct(Picky.class))
                .isInstanceOf(LoadFailure.class)
                .hasMessageContaining("which is a JSON object");
        assertThatThrownBy(() -> InitValue.of("").construct(Picky.class)).hasMessageContaining("without parameters");
    }

    @Test
    void aValueThatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> InitValue.of("{"))
                .isInstanceOf(LoadFailure.class)
                .hasMessageContaining("init");
    }

    private static String made(String json) throws Exception {
        return ((Shop) InitValue.of(json).construct(Shop.class)).made;
    }

    /** Remembers by which constructor it was made. */
    @SuppressWarnings("UnusedMethod") // by reflection
    private static final class Shop {
        private final String made;

        Shop() {
            made = "none";
        }

        Shop(Map<String, Object> value) {
            made = "map " + value;
        }

        Shop(String value) {
            made = "text " + value;
        }

        Shop(long value) {
            made = "long " + value;
        }

        Shop(List<?> value) {
            made = "list " + value;
        }

        Shop(String one, int two) {
            made = "both " + one + two;
        }
    }

    /** Takes a number and nothing else. */
    @SuppressWarnings("UnusedMethod") // by reflection
    private static final class Picky {
        Picky(int number) {
            assertThat(number).isPositive();
        }
    }
}
