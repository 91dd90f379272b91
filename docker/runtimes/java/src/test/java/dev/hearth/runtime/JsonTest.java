package dev.hearth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private static @Nullable Object read(String text) throws JsonReader.NotJson {
        return new JsonReader(text).read();
    }

    @Test
    void readsNumbersAsTheSmallestTypeThatHoldsThem() throws Exception {
        assertThat(read("[0,-1,2147483647,2147483648,-9223372036854775808,9223372036854775808,1.0,-0,1e2,1e400]"))
                .isEqualTo(List.of(
                        0,
                        -1,
                        Integer.MAX_VALUE,
                        2_147_483_648L,
                        Long.MIN_VALUE,
                        new BigInteger("9223372036854775808"),
                        1.0,
                        0,
                        100.0,
                        new BigDecimal("1e400")));
    }

    @Test
    void readsTextsObjectsAndWords() throws Exception {
        Map<String, @Nullable Object> expected = new LinkedHashMap<>();
        expected.put("a", "é\n\"\\/\u20ac😀");
        expected.put("", Arrays.asList(null, true, false, Map.of(), List.of()));
        assertThat(read(" {\"a\" : \"é\\n\\\"\\\\\\/\\u20aC\\ud83d\\ude00\",\t\"\":[null,true,false,{},[ ]]}\r\n"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\" 1}",
                "01",
                "1.",
                ".5",
                "+1",
                "1e",
                "-",
                "NaN",
                "tru",
                "\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\t\"",
                "[1] 2",
                "'a'",
                "[1 2]",
                "\u00a01",
                "1\u0660",
                "Infinity",
                "nulll"
            })
    void refusesWhatIsNotJson(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(JsonReader.NotJson.class);
    }

    @Test
    void boundsTheDepth() throws Exception {
        assertThat(read("[".repeat(1_000) + "]".repeat(1_000))).isInstanceOf(List.class);
        assertThatThrownBy(() -> read("[".repeat(1_001) + "]".repeat(1_001))).hasMessageContaining("deeper than 1000");
    }

    @Test
    void saysWhereAndWhat() {
        assertThatThrownBy(() -> read("{\"a\": nope}")).hasMessageContaining("character 6: nope}");
        assertThatThrownBy(() -> read("{\"a\": ")).hasMessageContaining("ends too early, at character 6");
    }

    private enum Colour {
        RED
    }

    private record Pair(String left, Optional<Integer> right) {}

    @Test
    void writesWhatFunctionsReturn() throws Exception {
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        map.put("pair", new Pair("a", Optional.empty()));
        map.put(Colour.RED, new int[] {1, 2});
        map.put(7, Arrays.asList(null, 'c', 1.5f, 10L, new BigDecimal("1E+5"), new Object[0]));
        assertThat(JsonWriter.write(map))
                .isEqualTo("{\"pair\":{\"left\":\"a\",\"right\":null},\"RED\":[1,2],"
                        + "\"7\":[null,\"c\",1.5,10,1E+5,[]]}");
    }

    @Test
    void escapesControlCharactersAndHalvesOfCharacters() throws Exception {
        assertThat(JsonWriter.write("\"\\\n\u0001\ud83d😀\ude00/"))
                .isEqualTo("\"\\\"\\\\\\n\\u0001\\ud83d😀\\ude00/\"");
    }

    @Test
    void refusesWhatJsonCannotSay() {
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        for (Object wrong : List.of(Double.NaN, Float.NEGATIVE_INFINITY, new Object(), circle, Map.of(List.of(), 1))) {
            assertThatThrownBy(() -> JsonWriter.write(wrong)).isInstanceOf(JsonWriter.NoJsonForm.class);
        }
    }

    @Test
    void readsWhatItWrote() throws Exception {
        String text = "{\"a\":[1,-2.5,\"é\\\"\",null,true,{\"b\":[]}],\"c\":12345678901234567890}";
        assertThat(JsonWriter.write(read(text))).isEqualTo(text);
    }
}
