package dev.hearth.invoker.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.UsageReport.Entry;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageCountsTest {
    private final UsageCounts counts = new UsageCounts();
    private final Revision revision = revision();

    private static Revision revision() {
        return new Revision(
                RevisionId.next(),
                FunctionName.inDefault("f"),
                1,
                "python3",
                "hearth/python3",
                "",
                ImageSource.NONE,
                "",
                Code.NONE,
                Map.of(),
                Limits.DEFAULT,
                Network.NONE,
                Duration.ZERO,
                0,
                "",
                NodeLabels.NONE);
    }

    @Test
    void sumsUpUntilItIsTaken() {
        counts.processor(revision, 10);
        counts.processor(revision, 5);
        counts.idle(revision.id(), 7);
        counts.idle(revision.id(), 8);

        assertThat(counts.take(Set.of())).containsExactly(new Entry(revision.id(), revision.function(), 15, 15));
        assertThat(counts.take(Set.of())).isEmpty();
    }

    @Test
    void saysNothingOfWhatUsedNothing() {
        counts.processor(revision, 0);
        counts.idle(revision.id(), 0);

        assertThat(counts.take(Set.of())).isEmpty();
    }

    @Test
    void countsIdleTimeOfRevisionsThatHaveContainersAlone() {
        counts.holds(revision);
        counts.take(Set.of(revision.id()));
        counts.idle(revision.id(), 3);
        assertThat(counts.take(Set.of())).hasSize(1);

        counts.idle(revision.id(), 3);
        assertThat(counts.take(Set.of())).as("nobody knows its name").isEmpty();
    }

    @Test
    void isBounded() {
        for (int i = 0; i < UsageCounts.MOST + 10; i++) {
            counts.processor(revision(), 1);
        }

        assertThat(counts.take(Set.of())).hasSize(UsageCounts.MOST);
    }
}
