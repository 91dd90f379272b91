package dev.hearth.common.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NodeLabelsTest {
    private static NodeLabels labels(String... texts) {
        return NodeLabels.parse(List.of(texts));
    }

    @Test
    void coverWhatIsRequiredWhenAllOfItIsThereWithTheSameValue() {
        NodeLabels node = labels("zone=a", "disk/kind=nvme");
        assertThat(node.covers(NodeLabels.NONE)).isTrue();
        assertThat(node.covers(labels("zone=a"))).isTrue();
        assertThat(node.covers(labels("disk/kind=nvme", "zone=a"))).isTrue();
        assertThat(node.covers(labels("zone=b"))).isFalse();
        assertThat(node.covers(labels("zone=a", "gpu=true"))).isFalse();
    }

    @Test
    void areEqualInWhateverOrderTheyAreGivenAndReadInTheOrderOfTheirKeys() {
        assertThat(labels("b=1", "a=2")).isEqualTo(labels("a=2", "b=1")).hasToString("a=2, b=1");
        assertThat(labels()).isSameAs(NodeLabels.NONE);
    }

    @Test
    void refuseWhatIsNoneWithASentence() {
        assertThatThrownBy(() -> labels("zone")).hasMessage("'zone' is no label: write key=value, for example zone=a");
        assertThatThrownBy(() -> labels("zone=a", "zone=a")).hasMessage("the label zone is given twice");
        assertThatThrownBy(() -> labels("=a")).hasMessageStartingWith("the key '' must be 1 to 63 of letters");
        assertThatThrownBy(() -> labels("zone=")).hasMessageStartingWith("the value '' of zone must be");
        assertThatThrownBy(() -> labels("zone=" + "a".repeat(64))).hasMessageContaining("must be 1 to 63");
        assertThatThrownBy(() -> NodeLabels.parse(
                        IntStream.range(0, 33).mapToObj(i -> "k" + i + "=v").toList()))
                .hasMessage("there are 33 labels, may be 32");
    }

    @Test
    void areACopy() {
        assertThat(NodeLabels.of(Map.of("a", "1")).pairs()).containsExactly(Map.entry("a", "1"));
    }

    @Test
    void allGraphicsProcessorsAreAtLeastOne() {
        assertThat(Gpus.ALL.on(4)).isEqualTo(4);
        assertThat(Gpus.ALL.on(0)).isEqualTo(1);
        assertThat(Gpus.of(2).on(4)).isEqualTo(2);
        assertThat(Gpus.of(0)).isSameAs(Gpus.NONE);
        assertThatThrownBy(() -> Gpus.of(65)).hasMessage("gpus is 65, must be 0 to 64");
    }
}
