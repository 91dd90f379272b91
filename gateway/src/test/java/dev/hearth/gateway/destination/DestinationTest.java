package dev.hearth.gateway.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.gateway.destination.Destination.Callee;
import dev.hearth.gateway.destination.Destination.Webhook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {
    @Test
    void aFunctionIsOneOfTheNamespace() {
        Destination read = Destination.parse("function:audit", "team");
        assertThat(read).isEqualTo(new Callee(new FunctionName("team", "audit")));
        assertThat(read).hasToString("function:audit");
        assertThat(Destination.parse(read.toString(), "team")).isEqualTo(read);
        assertThat(Destination.parse("function:audit")).isEqualTo(new Callee(FunctionName.inDefault("audit")));
    }

    @ParameterizedTest
    @CsvSource({
        "https://hooks.example.org/a/b?c=d,hooks.example.org,443,/a/b?c=d,true",
        "http://hooks.example.org,hooks.example.org,80,/,false",
        "HTTP://Hooks.Example.org:8080/x,Hooks.Example.org,8080,/x,false",
        "https://[2606:4700::1]:8443/,2606:4700::1,8443,/,true",
        "http://203.0.113.7?a=%20b,203.0.113.7,80,/?a=%20b,false"
    })
    void aUrlIsReadIntoWhatIsConnectedToAndAskedFor(String url, String host, int port, String path, boolean secure) {
        Webhook read = (Webhook) Destination.parse(url);
        assertThat(read.host()).isEqualTo(host);
        assertThat(read.port()).isEqualTo(port);
        assertThat(read.path()).isEqualTo(path);
        assertThat(read.secure()).isEqualTo(secure);
        assertThat(read).hasToString(url);
        assertThat(Destination.parse(read.toString())).isEqualTo(read);
    }

    @Test
    void urlsOfOneServerShareALane() {
        assertThat(Destination.parse("http://A.example:80/x").lane())
                .isEqualTo(Destination.parse("http://a.example/y").lane());
        assertThat(Destination.parse("https://a.example/").lane())
                .isNotEqualTo(Destination.parse("http://a.example/").lane());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "audit",
                "function:",
                "function:Not A Name",
                "function:other/name",
                "ftp://example.org/",
                "file:///etc/passwd",
                "http:/example.org",
                "http://",
                "http:///path",
                "http://example.org:0/",
                "http://example.org:70000/",
                "http://example.org/a b",
                "http://example.org/\r\nHost: other",
                "http://example.org/#part",
                "http://b\u00fccher.example/",
                "http://exa_mple.org/",
                "http://%6c/",
                "http://127.1/",
                "http://0x7f.0.0.1/",
                "mailto:a@example.org"
            })
    void whatIsNoDestinationIsRefusedWithTheForms(String text) {
        HearthException refused = catchThrowableOfType(HearthException.class, () -> Destination.parse(text));
        assertThat(refused.failure().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.failure().message()).contains("function:NAME", "https://HOST/PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://me:hunter2@example.org/", "http://me@example.org/", "https://@example.org/"})
    void aUrlWithAUserIsRefusedWithoutShowingIt(String text) {
        HearthException refused = catchThrowableOfType(HearthException.class, () -> Destination.parse(text));
        assertThat(refused.failure().message()).doesNotContain("hunter2");
    }

    @Test
    void aLongOneIsRefused() {
        String longest = "http://example.org/" + "a".repeat(Destination.LENGTH - 19);
        assertThat(Destination.parse(longest)).hasToString(longest);
        assertThat(catchThrowableOfType(HearthException.class, () -> Destination.parse(longest + "a"))
                        .failure()
                        .message())
                .contains("2049", "2048");
    }
}
