package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.RequestFuzz;
import dev.hearth.deploy.rig.SharedNode;
import java.net.http.HttpRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Thousands of requests that nobody would send: each is answered, none by a fault of ours. */
final class ApiFuzzIT {
    @RegisterExtension
    static final SharedNode NODE =
            SharedNode.with("gateway.wait-max=1s", "queue.timeout=1s", "queue.timeout-max=1s", "stems.nodejs=0");

    private static final int REQUESTS = 4_000;
    private static final int AT_ONCE = 16;

    @Test
    void nothingBreaksAndNothingHangs() throws Exception {
        long seed = Long.getLong("hearth.seed", 1);
        RequestFuzz fuzz = new RequestFuzz(NODE.api(), seed);
        Map<Integer, Integer> statuses = new TreeMap<>();
        Deque<Sent> under = new ArrayDeque<>();
        for (int n = 0; n < REQUESTS; n++) {
            HttpRequest request = fuzz.next();
            under.add(new Sent(request, NODE.api().sendLater(request)));
            if (under.size() == AT_ONCE) {
                check(under.remove(), seed, statuses);
            }
        }
        while (!under.isEmpty()) {
            check(under.remove(), seed, statuses);
        }
        assertThat(statuses).as("seed %s", seed).containsKeys(200, 400, 404);
        assertThat(NODE.api().node().getBoolean("ready")).isTrue();
    }

    private record Sent(HttpRequest request, CompletableFuture<Answer> answer) {}

    private static void check(Sent sent, long seed, Map<Integer, Integer> statuses) throws Exception {
        Answer answer = sent.answer().get(60, TimeUnit.SECONDS);
        assertThat(answer.status())
                .as(
                        "seed %s: %s %s was answered with %s",
                        seed, sent.request(), sent.request().headers(), answer)
                .isNotEqualTo(500);
        statuses.merge(answer.status(), 1, Integer::sum);
    }
}
