package dev.hearth.gateway.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaggedReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "tool,tool:latest",
        "tool:1,tool:1",
        "registry:5000/team/tool,registry:5000/team/tool:latest",
        "registry:5000/team/tool:1.2,registry:5000/team/tool:1.2",
        "team/tool@sha256:abc,team/tool@sha256:abc"
    })
    void aReferenceWithoutATagMeansLatest(String given, String pulled) {
        assertThat(ImageReference.tagged(given)).isEqualTo(pulled);
    }
}
