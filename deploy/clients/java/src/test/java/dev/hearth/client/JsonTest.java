package dev.hearth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsEveryKindOfValue() {
        assertThat(JsonReader.read(" {\"a\" : [1, -2.5e3, true, false, null, \"x\"], \"b\":{}, \"c\":[]}\n"))
                .hasToString("{a=[1, -2500.0, true, false, null, x], b={}, c=[]}");
        assertThat(JsonReader.read("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(JsonReader.read("9223372036854775808")).isEqualTo(9.223372036854776E+18);
        assertThat(JsonReader.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\""))
                .isEqualTo("\"\\/\b\f\n\r\té😀");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "1 2",
                "01",
                "-",
                "1.",
                ".5",
                "+1",
                "1e",
                "0x1",
                "NaN",
                "tru",
                "nul",
                "truex",
                "\"",
                "\"a",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12\"",
                "\"\n\"",
                "'a'",
                "// 1",
                "1 // x",
                "\u00a01"
            })
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> JsonReader.read(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void depthIsBounded() {
        assertThat(JsonReader.read("[".repeat(64) + "]".repeat(64))).isNotNull();
        assertThatThrownBy(() -> JsonReader.read("[".repeat(100_000))).isInstanceOf(JsonException.class);
        List<Object> deep = List.of();
        for (int i = 0; i < 100; i++) {
            deep = List.of(deep);
        }
        List<Object> deepest = deep;
        assertThatThrownBy(() -> JsonWriter.write(deepest)).isInstanceOf(JsonException.class);
    }

    @Test
    void writesEveryKindOfValue() {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("text", "\"\\\n\r\t\u0000\u001fé");
        value.put("half", "\ud83d");
        value.put("none", null);
        value.put("list", List.of(1, 2L, 1.5, true));
        assertThat(JsonWriter.write(value))
                .isEqualTo("{\"text\":\"\\\"\\\\\\n\\r\\t\\u0000\\u001fé\",\"half\":\"\\ud83d\",\"none\":null,"
                        + "\"list\":[1,2,1.5,true]}");
        assertThatThrownBy(() -> JsonWriter.write(Double.NaN)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> JsonWriter.write(new Object())).isInstanceOf(JsonException.class);
    }

    @Test
    void readsWhatItWrites() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            Object value = any(random, 0);
            assertThat(JsonReader.read(JsonWriter.write(value)))
                    .as("value %d of seed 7", i)
                    .isEqualTo(value);
        }
    }

    private static @Nullable Object any(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> random.nextDouble() - 0.5;
            case 4 -> text(random);
            case 5 -> list(random, depth);
            default -> map(random, depth);
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(12), 0, 0x3000).forEach(c -> text.append((char) c));
        return text.toString();
    }

    private static List<@Nullable Object> list(Random random, int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(any(random, depth + 1));
        }
        return list;
    }

    private static Map<String, @Nullable Object> map(Random random, int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(text(random), any(random, depth + 1));
        }
        return map;
    }
}
