package dev.hearth.common.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FunctionNameTest {
    @Test
    void takesOneTo63OfTheAllowedCharacters() {
        for (String name : List.of("a", "0", "hello-world_2", "a".repeat(63))) {
            assertThat(FunctionName.inDefault(name).name()).isEqualTo(name);
        }
    }

    @Test
    void refusesOtherNamesAndSaysWhatIsAllowed() {
        for (String name : List.of("", "-a", "_a", "Hello", "a.b", "a/b", "ä", "a b", "a\n", "a".repeat(64))) {
            assertThatThrownBy(() -> FunctionName.inDefault(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not a function name: use 1 to 63");
        }
        assertThatThrownBy(() -> FunctionName.inDefault("x".repeat(10_000)))
                .message()
                .hasSizeLessThan(250);
        assertThatThrownBy(() -> new FunctionName("No", "f")).hasMessageContaining("is not a namespace");
    }

    @Test
    void showsTheNamespaceOnlyWhenItIsNotTheDefault() {
        assertThat(FunctionName.inDefault("f")).hasToString("f");
        assertThat(new FunctionName("team", "f")).hasToString("team/f");
    }

    @Test
    void sortsByNamespaceThenName() {
        assertThat(List.of(new FunctionName("a", "z"), new FunctionName("b", "a"), new FunctionName("b", "b")))
                .isSorted();
    }
}
