package dev.hearth.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventHeadersTest {
    private final MultiMap headers = HttpHeaders.headers();

    private String lines() {
        return EventHeaders.of(headers).toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void namesAreLowerCaseAndValuesAsTheyCame() {
        headers.add("X-Hub-Signature-256", "sha256=AB").add("Accept", "*/*");
        assertThat(lines()).isEqualTo("x-hub-signature-256: sha256=AB\naccept: */*\n");
    }

    @Test
    void repeatedNamesAreRepeatedLines() {
        headers.add("X-A", "1").add("Accept", "*/*").add("x-a", "2").add("X-A", "");
        assertThat(lines()).isEqualTo("x-a: 1\naccept: */*\nx-a: 2\nx-a: \n");
    }

    @Test
    void withoutAnyThereIsNothing() {
        assertThat(lines()).isEmpty();
    }

    @Test
    void theKeyAndWhatConcernsTheConnectionStayHere() {
        headers.add("Authorization", "Bearer hearth_a_b")
                .add("AUTHORIZATION", "Basic QQ==")
                .add("Proxy-Authorization", "Basic QQ==")
                .add("Proxy-Connection", "keep-alive")
                .add("Proxy-Anything", "x")
                .add("Host", "127.0.0.1:8080")
                .add("Content-Length", "3")
                .add("Expect", "100-continue")
                .add("Keep-Alive", "timeout=5")
                .add("TE", "trailers")
                .add("Trailer", "x-t")
                .add("Transfer-Encoding", "chunked")
                .add("Upgrade", "h2c")
                .add("Connection", "keep-alive")
                .add("Cookie", "a=b");
        assertThat(lines()).isEqualTo("cookie: a=b\n");
    }

    @Test
    void whatTheConnectionHeaderNamesStaysHereToo() {
        headers.add("Connection", "close, X-Hop")
                .add("connection", " x-other ,")
                .add("X-HOP", "1")
                .add("x-other", "2")
                .add("x-end", "3");
        assertThat(lines()).isEqualTo("x-end: 3\n");
    }

    @Test
    void bytesOfValuesStayAsTheyWere() {
        String latin = "caf\u00e9";
        String utf8 = new String("caf\u00e9 \u20ac".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        headers.add("a", latin).add("b", utf8);
        assertThat(EventHeaders.of(headers).getBytes())
                .isEqualTo(("a: " + latin + "\nb: " + utf8 + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void noValueAndNoNameCanMakeALineOfItsOwn() {
        MultiMap lax = MultiMap.caseInsensitiveMultiMap();
        lax.add("x-a", "1\r\nx-evil: 2\n\u0000").add("x\nb", "3").add("x-c", "\u4e2d");
        assertThat(EventHeaders.of(lax).toString(StandardCharsets.ISO_8859_1).split("\n"))
                .containsExactlyInAnyOrder("x-a: 1  x-evil: 2  ", "x b: 3", "x-c: ?");
    }

    @Test
    void theLargestHeadMakesLinesThatLeaveRoomInAFrame() {
        // A letter and a colon are the least that the server counts.
        for (int i = 0; i < EventHeaders.LARGEST_HEAD.value() / 2; i++) {
            headers.add("a", "");
        }
        assertThat(EventHeaders.of(headers).length()).isEqualTo(56 * 1024);
    }
}
