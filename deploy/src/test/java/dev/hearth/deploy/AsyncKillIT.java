package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.NodeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node that is killed again and again under load loses none of the calls that it has accepted. */
final class AsyncKillIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long BETWEEN_MICROS = 5_000;
    private static final String ECHO = "def handle(event, context):\n    return event\n";

    @Test
    void everyAcceptedCallEndsOnceHoweverOftenTheNodeIsKilled() throws Exception {
        rounds(3);
    }

    @Test
    @Tag("long")
    void everyAcceptedCallEndsOnceOverFiftyKills() throws Exception {
        rounds(50);
    }

    /** 200 calls a second, and a kill at some moment of each round. */
    private static void rounds(int rounds) throws Exception {
        Random random = new Random(17);
        try (NodeProcess node = NodeProcess.start("stems.python3=0", "stems.nodejs=0", "async.losses=100")) {
            node.api().register("echo", "runtime=python3&memory=32MiB&disk=1MiB", ECHO);
            Queue<String> accepted = new ConcurrentLinkedQueue<>();
            Queue<CompletableFuture<Void>> asked = new ConcurrentLinkedQueue<>();
            for (int round = 0; round < rounds; round++) {
                try (ScheduledExecutorService load = Executors.newScheduledThreadPool(2)) {
                    ScheduledFuture<?> beat = load.scheduleAtFixedRate(
                            () -> asked.add(submit(node, accepted)), 0, BETWEEN_MICROS, TimeUnit.MICROSECONDS);
                    ScheduledFuture<Boolean> end =
                            load.schedule(() -> beat.cancel(false), 500 + random.nextInt(2_500), TimeUnit.MILLISECONDS);
                    assertThat(end.get(1, TimeUnit.MINUTES)).isTrue();
                }
                node.kill();
                node.restart();
            }
            // Those that the kills cut off have failed.
            asked.forEach(call -> call.exceptionally(cut -> null).join());
            List<String> all = List.copyOf(accepted);
            assertThat(all).hasSizeGreaterThan(50 * rounds).doesNotHaveDuplicates();
            awaitAll(node, all);
            for (String id : all) {
                explained(node.api().record(id));
            }
        }
    }

    private static CompletableFuture<Void> submit(NodeProcess node, Queue<String> accepted) {
        HttpRequest request = node.api()
                .request("/v1/functions/echo/invocations")
                .POST(BodyPublishers.ofString("event"))
                .build();
        return node.api().sendLater(request).thenAccept(answer -> {
            if (answer.status() == 202) {
                accepted.add(answer.json().getString("id"));
            }
        });
    }

    private static void awaitAll(NodeProcess node, List<String> ids) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        List<String> left = new ArrayList<>(ids);
        while (!left.isEmpty()) {
            assertThat(System.nanoTime())
                    .as("%s calls have not ended", left.size())
                    .isLessThan(until);
            List<String> some = left.subList(0, Math.min(1_000, left.size()));
            JsonObject question = new JsonObject()
                    .put("ids", new JsonArray(List.copyOf(some)))
                    .put("timeout", "20s");
            JsonObject answer = node.api()
                    .send(node.api()
                            .request("/v1/invocations/wait")
                            .POST(BodyPublishers.ofString(question.encode()))
                            .build())
                    .json();
            answer.getJsonArray("done").forEach(record -> left.remove(((JsonObject) record).getString("id")));
        }
    }

    /** It ended well, and every attempt before the last was lost in a kill. */
    private static void explained(JsonObject record) {
        assertThat(record.getString("outcome")).as("%s", record).isEqualTo("SUCCESS");
        JsonArray history = record.getJsonArray("history");
        assertThat(history).isNotEmpty();
        for (int i = 0; i < history.size(); i++) {
            String wanted = i == history.size() - 1 ? "SUCCESS" : "NODE_LOST";
            assertThat(history.getJsonObject(i).getString("outcome"))
                    .as("%s", record)
                    .isEqualTo(wanted);
        }
    }
}
