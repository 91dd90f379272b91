package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.SharedNode;
import dev.hearth.deploy.rig.Sources;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node whose memory holds three small containers. */
final class EvictionIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String THIRD = "runtime=python3&memory=32MiB&disk=1MiB";

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "invoker.memory=96MiB",
            "invoker.scratch=16MiB",
            "invoker.heartbeat=100ms",
            "scheduler.patience=1m",
            "stems.python3=0",
            "stems.nodejs=0");

    private static Api api() {
        return NODE.api();
    }

    @Test
    void theContainerThatIsIdleLongestMakesRoom() {
        for (String name : new String[] {"a", "b", "c", "d"}) {
            api().register(name, THIRD, Sources.SLEEPER);
        }
        api().invoke("a");
        api().invoke("b");
        api().invoke("c");
        assertThat(api().invoke("a").start()).isEqualTo("warm");

        assertThat(api().invoke("d").start()).isEqualTo("cold");

        assertThat(api().invoke("c").start()).as("c was used after b").isEqualTo("warm");
        assertThat(api().invoke("a").start()).as("a was used after b").isEqualTo("warm");
        assertThat(api().invoke("d").start()).isEqualTo("warm");
        assertThat(api().invoke("b").start()).as("b was idle longest").isEqualTo("cold");
        assertThat(NODE.containers()).hasSizeLessThanOrEqualTo(4);
        eventually(PATIENCE, () -> assertThat(NODE.containers()).hasSize(3));
    }

    @Test
    void aCallThatFitsNowhereHoldsNobodyUpAndRunsAsSoonAsItFits() {
        api().register("holder", "runtime=python3&memory=64MiB&disk=1MiB&keepAlive=0s", Sources.SLEEPER);
        api().register("huge", "runtime=python3&memory=96MiB&disk=1MiB&keepAlive=0s", Sources.SLEEPER);
        api().register("tiny", THIRD, Sources.SLEEPER);
        CompletableFuture<Answer> holder = api().invokeLater("holder", Sources.sleep(6_000));
        eventually(
                PATIENCE,
                () -> assertThat(api().node().getJsonObject("containers").getInteger("busy", 0))
                        .isEqualTo(1));

        CompletableFuture<Answer> huge = api().invokeLater("huge", Sources.sleep(0));
        eventually(
                PATIENCE,
                () -> assertThat(api().read("/v1/invocations?state=SCHEDULABLE")
                                .getJsonArray("invocations")
                                .size())
                        .isEqualTo(1));
        Answer tiny = api().invoke("tiny");

        assertThat(tiny.status()).isEqualTo(200);
        assertThat(holder).as("the holder still sleeps").isNotDone();
        assertThat(huge).isNotDone();
        assertThat(huge.join().status()).as("%s", huge.join()).isEqualTo(200);
        double held = holder.join().json().getDouble("end");
        assertThat(huge.join().json().getDouble("start")).isGreaterThan(held);
        Instant ended = Instant.parse(api().record(holder.join().invocation()).getString("endedAt"));
        Instant placed = Instant.parse(api().record(huge.join().invocation()).getString("dispatchedAt"));
        assertThat(Duration.between(ended, placed)).isLessThan(Duration.ofSeconds(5));
    }
}
