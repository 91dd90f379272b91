package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static dev.hearth.deploy.rig.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.SharedNode;
import dev.hearth.deploy.rig.Sources;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that keeps one Python runtime started without code. */
final class StemCellIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "invoker.heartbeat=100ms",
            "stems.python3=1",
            "stems.nodejs=0",
            "stems.memory=64MiB",
            "stems.disk=4MiB",
            "stems.most=1");

    /** Asked of the invoker itself: what the gateway last heard of it may be older than the call before. */
    private static void oneCellIsReady() {
        oneCellIsReady(64);
    }

    private static void oneCellIsReady(long mebibytes) {
        assertThat(NODE.api().containers(NODE.id()))
                .filteredOn(container -> container.getString("state").equals("stem"))
                .filteredOn(container -> container.getLong("memory") == mebibytes << 20)
                .hasSize(1);
    }

    @Test
    void takesTheCodeOfTheNextCallAndIsReplacedAfterwards() {
        NODE.api().register("first", "runtime=python3&memory=48MiB&disk=4MiB", Sources.SLEEPER);
        NODE.api().register("second", "runtime=python3&memory=64MiB&disk=4MiB", Sources.SLEEPER);
        NODE.api().register("other-disk", "runtime=python3&memory=48MiB&disk=5MiB", Sources.SLEEPER);
        eventually(PATIENCE, StemCellIT::oneCellIsReady);

        assertThat(NODE.api().invoke("first").start()).isEqualTo("prewarmed");
        assertThat(NODE.api().invoke("first").start()).isEqualTo("warm");
        eventually(PATIENCE, StemCellIT::oneCellIsReady);
        assertThat(NODE.api().invoke("second").start()).isEqualTo("prewarmed");
        eventually(PATIENCE, StemCellIT::oneCellIsReady);
        assertThat(NODE.api().invoke("other-disk").start()).isEqualTo("cold");
    }

    @Test
    void thirdCallThatNoClassCoversMakesOneForTheFourth() {
        for (int i = 1; i <= 4; i++) {
            NODE.api().register("learned-" + i, "runtime=python3&memory=100MiB&disk=6MiB", Sources.SLEEPER);
        }
        for (int i = 1; i <= 3; i++) {
            assertThat(NODE.api().invoke("learned-" + i).start()).isEqualTo("cold");
        }
        eventually(PATIENCE, () -> oneCellIsReady(128));
        assertThat(NODE.api().invoke("learned-4").start()).isEqualTo("prewarmed");
        eventually(PATIENCE, () -> oneCellIsReady(128));
    }

    @Test
    void givesTheFunctionExactlyItsOwnMemory() {
        NODE.api().register("exact", "runtime=python3&memory=40MiB&disk=4MiB", Sources.SLEEPER);
        eventually(PATIENCE, StemCellIT::oneCellIsReady);
        assertThat(NODE.api().invoke("exact").start()).isEqualTo("prewarmed");

        String container = value(PATIENCE, () -> named("-exact"));

        assertThat(Docker.lines("docker", "inspect", "-f", "{{.HostConfig.Memory}}", container))
                .containsExactly(Long.toString(44L << 20));
    }

    private static String named(String suffix) {
        List<String> ids =
                Docker.lines("docker", "ps", "-q", "--filter", "name=hearth-" + NODE.id() + "-.*" + suffix + "$");
        assertThat(ids).hasSize(1);
        return ids.getFirst();
    }

    @Test
    void isReplacedWhenItIsKilledFromOutside() {
        eventually(PATIENCE, StemCellIT::oneCellIsReady);
        List<String> before = NODE.containers();
        String cell = NODE.api().containers(NODE.id()).stream()
                .filter(container -> container.getString("state").equals("stem"))
                .filter(container -> container.getLong("memory") == 64L << 20)
                .map(container -> container.getString("id"))
                .findFirst()
                .orElseThrow();
        Docker.lines("docker", "kill", "hearth-" + NODE.id() + "-" + cell);

        eventually(PATIENCE, () -> {
            oneCellIsReady();
            assertThat(NODE.api().containers(NODE.id()))
                    .noneMatch(container -> container.getString("id").equals(cell));
            assertThat(NODE.containers()).hasSameSizeAs(before).isNotEqualTo(before);
        });
        NODE.api().register("after", "runtime=python3&memory=64MiB&disk=4MiB", Sources.SLEEPER);
        Answer answer = NODE.api().invoke("after");
        assertThat(answer.start()).as("%s", answer).isEqualTo("prewarmed");
    }
}
