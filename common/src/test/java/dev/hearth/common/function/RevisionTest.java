package dev.hearth.common.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.id.RevisionId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RevisionTest {
    @Test
    void onlyARuntimeOfOursComesFromAStemCell() {
        assertThat(revision("python3", Network.NONE, Map.of()).fromStemCell()).isTrue();
        assertThat(revision("python3", Network.INTERNET, Map.of()).fromStemCell())
                .isTrue();
        assertThat(revision(Contract.HTTP.word(), Network.NONE, Map.of()).fromStemCell())
                .isFalse();
    }

    @Test
    void containersOfAnOwnImageAreMadeOfItsIdAndThoseOfARuntimeOfItsTag() {
        assertThat(revision(Contract.HTTP.word(), Network.NONE, Map.of()).containerImage())
                .isEqualTo("sha256:0");
        assertThat(revision("python3", Network.NONE, Map.of()).containerImage()).isEqualTo("hearth/python3:latest");
    }

    @Test
    void isLabelledByNameAndNumber() {
        assertThat(revision("python3", Network.NONE, Map.of()).label()).isEqualTo("hello@3");
    }

    @Test
    void keepsTheEnvironmentItWasMadeWith() {
        Map<String, String> environment = new HashMap<>(Map.of("A", "1"));
        Revision revision = revision("python3", Network.NONE, environment);
        environment.put("B", "2");
        assertThat(revision.environment()).containsExactly(Map.entry("A", "1"));
    }

    private static Revision revision(String runtime, Network network, Map<String, String> environment) {
        return new Revision(
                RevisionId.next(),
                FunctionName.inDefault("hello"),
                3,
                runtime,
                "hearth/python3:latest",
                "sha256:0",
                ImageSource.NONE,
                "",
                Code.NONE,
                environment,
                Limits.DEFAULT,
                network,
                Duration.ofMinutes(10),
                0,
                "",
                NodeLabels.NONE);
    }
}
