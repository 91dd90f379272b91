package dev.hearth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.function.Response;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PayloadTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsTheEventAsItsContentTypeSays() throws Exception {
        assertThat(Payload.event("application/json; x=y", utf8("{\"a\":1}"))).isEqualTo(Map.of("a", 1));
        assertThat(Payload.event("Application/Problem+JSON", utf8("1"))).isEqualTo(1);
        assertThat(Payload.event("text/csv; a=b; Charset=\"ISO-8859-1\"", new byte[] {(byte) 0xe9}))
                .isEqualTo("é");
        assertThat(Payload.event("text/plain", new byte[0])).isNull();
        assertThat(Payload.event("", new byte[] {1})).isEqualTo(new byte[] {1});
    }

    @Test
    void refusesTextThatIsNotInItsCharset() {
        assertThatThrownBy(() -> Payload.event("text/plain", new byte[] {(byte) 0xff}))
                .isInstanceOf(Unacceptable.class)
                .hasMessageContaining("utf-8");
        assertThatThrownBy(() -> Payload.event("text/plain; charset=no such", utf8("a")))
                .hasMessageContaining("no such");
    }

    @Test
    void keepsTheContentTypeOfAResponse() throws Exception {
        Payload.Body body = Payload.result(new Response("<p>é", "text/html"));
        assertThat(body.contentType()).isEqualTo("text/html");
        assertThat(body.bytes()).isEqualTo(utf8("<p>é"));
    }

    @Test
    void refusesHalfACharacter() {
        assertThatThrownBy(() -> Payload.result("a\ud800")).isInstanceOf(Unacceptable.class);
    }

    @Test
    void cutsBetweenCharacters() {
        assertThat(Frames.cut("aé", 2)).isEqualTo(utf8("a"));
        assertThat(Frames.cut("aé", 3)).isEqualTo(utf8("aé"));
    }

    @Test
    void readsEachHeaderInTheCharsetThatItIsIn() {
        byte[] lines = "a: caf\u00e9\nb: \u00c3\u00a9: x\nb: \nc:none\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Headers.parse(ByteBuffer.wrap(lines))).isEqualTo(Map.of("a", "café", "b", "é: x, "));
    }
}
