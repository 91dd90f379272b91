package dev.hearth.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class SettingTest {
    @Test
    void itsVariableIsTheKeyInUpperCaseWithUnderscores() {
        assertThat(Setting.whole("invoker.log-tail").or(1).rare("X.").variable())
                .isEqualTo("HEARTH_INVOKER_LOG_TAIL");
    }

    @Test
    void tellsWhatIsAllowed() {
        assertThat(Setting.whole("a").or(1).between(0, 5).rare("X.").allowed()).isEqualTo("whole number, 0 to 5");
        assertThat(Setting.oneOf("a", List.of("x", "y")).or("x").rare("X.").allowed())
                .isEqualTo("x | y");
    }

    @Test
    void aDefaultMustBeThereAndInRange() {
        assertThatThrownBy(() -> Setting.whole("a").rare("X.")).hasMessage("setting a has no default");
        assertThatThrownBy(() -> Setting.whole("a").or(9).between(0, 5).rare("X."))
                .hasMessageContaining("9 is out of range");
        assertThatThrownBy(() -> Setting.whole("A b").or(9).rare("X.")).hasMessageContaining("not a name");
    }

    @Test
    void refusesWhatIsNotOfItsKind() {
        refuses(Setting.flag("a").or(true).rare("X."), "yes", "neither true nor false");
        refuses(Setting.whole("a").or(1).rare("X."), "1.5", "not a whole number");
        refuses(Setting.whole("a").or(1).rare("X."), "2147483648", "not a whole number");
        refuses(Setting.text("a").or("x").rare("X."), " ", "empty");
        refuses(Setting.path("a").or(Path.of("/x")).rare("X."), "a\0b", "not a path");
        refuses(
                Setting.matching("a", "a digit", Pattern.compile("\\d")).or("1").rare("X."),
                "12",
                "'12' is not a digit");
    }

    @Test
    void aDecimalNumberIsExact() {
        Setting<BigDecimal> setting = Setting.decimal("a")
                .or(BigDecimal.ZERO)
                .between(BigDecimal.ZERO, BigDecimal.TEN)
                .rare("X.");
        assertThat(setting.parse("0.0000166667")).isEqualTo(new BigDecimal("0.0000166667"));
        assertThat(setting.allowed()).isEqualTo("decimal number, 0 to 10");
        refuses(setting, "1e3", "not a decimal number");
        refuses(setting, "-1", "not a decimal number");
        refuses(setting, ".5", "not a decimal number");
        refuses(setting, "10.1", "out of range");
    }

    @Test
    void aPathIsMadeAbsolute() {
        Setting<Path> setting = Setting.path("a").or(Path.of("/x")).rare("X.");
        assertThat(setting.parse("x/../y")).isAbsolute().hasFileName("y");
    }

    @Test
    void aListIsCutAtCommas() {
        Setting<List<String>> setting = Setting.list("a").or(List.of()).rare("X.");
        assertThat(setting.parse("x, y,,")).containsExactly("x", "y");
        assertThat(setting.parse("")).isEmpty();
    }

    @Test
    void theDistanceOfTwoTextsCountsASwapAsOne() {
        assertThat(EditDistance.between("memroy", "memory")).isEqualTo(1);
        assertThat(EditDistance.between("", "abc")).isEqualTo(3);
        assertThat(EditDistance.between("kitten", "sitting")).isEqualTo(3);
        assertThat(EditDistance.between("same", "same")).isZero();
    }

    private static void refuses(Setting<?> setting, String text, String sentence) {
        assertThatThrownBy(() -> setting.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }
}
