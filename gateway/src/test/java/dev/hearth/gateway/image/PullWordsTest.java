package dev.hearth.gateway.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullWordsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            manifest for r.example:5000/a:1 not found: manifest unknown: manifest unknown | false | has no such image or tag
            Head "http://r/v2/a/manifests/1": no basic auth credentials | false | hearth registries add r.example:5000
            unauthorized: authentication required | true | refuses the stored credentials
            pull access denied for a, repository does not exist or may require 'docker login' | false | if the image is private
            missing or empty Content-Type header | false | push it again
            no matching manifest for linux/amd64 in the manifest list entries | false | processor
            Get "http://r/v2/": dial tcp 127.0.0.1:1: connect: connection refused | false | check that it runs
            unexpected EOF | false | broke off
            server gave HTTP response to HTTPS client | false | does not trust
            write /var/lib: no space left on device | false | free space
            """)
    void eachFailureSaysWhatToDo(String said, boolean known, String advice) {
        String message = new PullWords("r.example:5000/a:1", known)
                .failed(said)
                .failure()
                .message();
        assertThat(message).startsWith("image r.example:5000/a:1: " + said).contains(advice);
    }

    @ParameterizedTest
    @CsvSource({
        "tool,docker.io",
        "team/tool:1,docker.io",
        "r:5000/a,r:5000",
        "R.Example/a/b:2,r.example",
        "localhost/a,localhost"
    })
    void aReferenceSaysItsRegistry(String reference, String host) {
        assertThat(ImageReference.host(reference)).isEqualTo(host);
    }
}
