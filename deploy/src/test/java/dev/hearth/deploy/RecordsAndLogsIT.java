package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static dev.hearth.deploy.rig.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is known of an invocation afterwards: its record, and the lines that it and nothing else wrote. */
final class RecordsAndLogsIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with("invoker.log-bytes=4MiB", "invoker.logs-bytes=12MiB");

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PYTHON = "runtime=python3&memory=64MiB";

    @BeforeAll
    static void registerFunctions() {
        NODE.api().register("writer", PYTHON, """
                import os, subprocess, sys, time

                def handle(event, context):
                    me = event["me"]
                    for n in range(event["lines"]):
                        print("out", me, n)
                        print("err", me, n, file=sys.stderr)
                        if n % 5 == 0:
                            time.sleep(0.005)
                    subprocess.run(["sh", "-c", "echo child " + me + "; echo grandchild " + me + " >&2"], check=True)
                    os.write(1, ("unfinished " + me).encode())
                    return me
                """);
        NODE.api().register("last-words", PYTHON, """
                import ctypes, os, signal

                def handle(event, context):
                    os.write(1, b"a line\\n")
                    os.write(2, b"the last words")
                    os.kill(os.getpid(), signal.SIGSEGV)
                """);
        NODE.api().register("burst", PYTHON, """
                import sys

                def handle(event, context):
                    for n in range(event):
                        sys.stdout.write("%06d %s\\n" % (n, "x" * 93))
                    return event
                """);
        NODE.api().register("quick", PYTHON, "def handle(event, context):\n    return 'quick'\n");
        NODE.api().register("sleeper", PYTHON, """
                import time

                def handle(event, context):
                    time.sleep(event)
                """);
    }

    @Test
    void theRecordOfASuccessTellsAllOfIt() {
        Instant before = Instant.now().minusMillis(1);
        Answer answer = NODE.api().invoke("writer", "{\"me\":\"r\",\"lines\":1}");
        JsonObject record = NODE.api().record(answer.invocation());
        assertThat(record.getString("id")).isEqualTo(answer.invocation());
        assertThat(record.getString("function")).isEqualTo("writer");
        assertThat(record.getInteger("revision")).isEqualTo(1);
        assertThat(record.getString("state")).isEqualTo("DONE");
        assertThat(record.getString("outcome")).isEqualTo("SUCCESS");
        assertThat(record.getValue("cause")).isNull();
        assertThat(record.getString("node")).isEqualTo(NODE.id());
        assertThat(record.getString("start")).isEqualTo(answer.start());
        assertThat(record.getLong("bytesIn")).isEqualTo("{\"me\":\"r\",\"lines\":1}".length());
        assertThat(record.getLong("bytesOut")).isEqualTo(1);
        assertThat(record.getInteger("attempts")).isEqualTo(1);
        long run = record.getJsonObject("timelineMicros").getLong("run");
        assertThat(run).isPositive();
        assertThat(record.getDouble("billedGbSeconds")).isEqualTo(run / 1e6 / 16);
        assertThat(record.getInstant("submittedAt")).isBetween(before, Instant.now());
        assertThat(record.getInstant("dispatchedAt")).isBetween(record.getInstant("submittedAt"), Instant.now());
        assertThat(record.getInstant("startedAt")).isBetween(record.getInstant("dispatchedAt"), Instant.now());
        assertThat(record.getInstant("endedAt")).isBetween(record.getInstant("startedAt"), Instant.now());
    }

    @Test
    void theRecordOfAFailureHasItsCause() {
        Answer answer = NODE.api().invoke("writer", "{}");
        JsonObject record = NODE.api().record(answer.invocation());
        assertThat(record.getString("outcome")).isEqualTo("FUNCTION_ERROR");
        assertThat(record.getJsonObject("cause").getString("type")).isEqualTo("KeyError");
        assertThat(record.getJsonObject("cause").getString("stack")).contains("me = event[\"me\"]");
        assertThat(record.getJsonObject("cause").getString("ran")).isEqualTo("YES");
    }

    @Test
    void theRecordOfACallThatRunsHasNoEnd() {
        CompletableFuture<Answer> call = NODE.api().invokeLater("sleeper", "2");
        JsonObject[] running = new JsonObject[1];
        eventually(SOON, () -> {
            JsonArray found = NODE.api()
                    .read("/v1/invocations?function=sleeper&state=RUNNING")
                    .getJsonArray("invocations");
            assertThat(found).hasSize(1);
            running[0] = found.getJsonObject(0);
            assertThat(running[0].getValue("startedAt")).isNotNull();
        });
        assertThat(running[0].getValue("endedAt")).isNull();
        assertThat(running[0].getValue("outcome")).isNull();
        assertThat(running[0].getValue("cause")).isNull();
        assertThat(call.join().status()).isEqualTo(200);
        assertThat(NODE.api().record(running[0].getString("id")).getString("state"))
                .isEqualTo("DONE");
    }

    @Test
    void aLogIsFollowedUntilTheCallEnds() throws Exception {
        NODE.api().register("slow-writer", PYTHON, """
                import os, time

                def handle(event, context):
                    print("first")
                    os.write(1, b"sec")
                    time.sleep(event)
                    os.write(1, b"ond\\n")
                    os.write(2, b"last")
                """);
        CompletableFuture<Answer> call = NODE.api().invokeLater("slow-writer", "3");
        String id = value(SOON, () -> {
            JsonArray running = NODE.api()
                    .read("/v1/invocations?state=RUNNING&function=slow-writer")
                    .getJsonArray("invocations");
            assertThat(running).hasSize(1);
            return running.getJsonObject(0).getString("id");
        });
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        CompletableFuture<Void> over = NODE.api().follow(id, lines::add);
        assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(call).as("a line comes before the call is over").isNotDone();
        assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("second");
        assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("last");
        over.get(30, TimeUnit.SECONDS);
        assertThat(lines).isEmpty();
        assertThat(call.join().status()).isEqualTo(200);
        assertThat(NODE.api()
                        .get("/v1/invocations/" + id + "/logs?follow=perhaps")
                        .code())
                .isEqualTo("INVALID_REQUEST");
    }

    @Test
    void recordsAreListedInPages() {
        List<String> made = IntStream.range(0, 5)
                .mapToObj(n -> NODE.api().invoke("quick").invocation())
                .toList();
        List<String> seen = new ArrayList<>();
        String path = "/v1/invocations?function=quick&limit=2";
        String next = "";
        while (next != null) {
            JsonObject page = NODE.api().read(path + (next.isEmpty() ? "" : "&before=" + next));
            page.getJsonArray("invocations").forEach(record -> seen.add(((JsonObject) record).getString("id")));
            next = page.getString("next");
            assertThat(next).isIn(seen.getLast(), null);
        }
        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen.subList(0, 5)).isEqualTo(made.reversed());
    }

    @Test
    void recordsAreListedNewestFirst() {
        List<String> ids = IntStream.range(0, 5)
                .mapToObj(ignored -> NODE.api().invoke("quick").invocation())
                .toList();
        JsonArray listed =
                NODE.api().read("/v1/invocations?function=quick&limit=3").getJsonArray("invocations");
        assertThat(listed.stream().map(record -> ((JsonObject) record).getString("id")))
                .containsExactly(ids.get(4), ids.get(3), ids.get(2));
        assertThat(NODE.api().get("/v1/invocations?limit=0").status()).isEqualTo(400);
        assertThat(NODE.api()
                        .get("/v1/invocations/" + "0".repeat(ids.getFirst().length()))
                        .status())
                .isEqualTo(404);
        assertThat(NODE.api().get("/v1/invocations/nonsense").status()).isEqualTo(400);
    }

    @Test
    void callsThatRunAtOneTimeKeepTheirLinesApart() {
        int lines = 30;
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            calls.add(NODE.api().invokeLater("writer", "{\"me\":\"w" + n + "\",\"lines\":" + lines + "}"));
        }
        for (CompletableFuture<Answer> call : calls) {
            Answer answer = call.join();
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            String me = answer.text();
            eventually(
                    SOON,
                    () -> assertThat(NODE.api().log(answer.invocation()))
                            .hasSize(2 * lines + 3)
                            .allMatch(line -> line.contains(" " + me))
                            .contains("child " + me, "grandchild " + me, "unfinished " + me));
            List<String> out = IntStream.range(0, lines)
                    .mapToObj(n -> "out " + me + " " + n)
                    .toList();
            assertThat(NODE.api().log(answer.invocation())).containsSubsequence(out);
        }
    }

    @Test
    void aLineTellsItsStreamAndItsTime() {
        Instant before = Instant.now().minusMillis(50);
        Answer answer = NODE.api().invoke("writer", "{\"me\":\"t\",\"lines\":1}");
        String path = "/v1/invocations/" + answer.invocation() + "/logs";
        eventually(
                SOON,
                () -> assertThat(NODE.api().read(path).getJsonArray("lines")).hasSize(5));
        for (Object each : NODE.api().read(path).getJsonArray("lines")) {
            JsonObject line = (JsonObject) each;
            boolean error = line.getString("text").startsWith("err")
                    || line.getString("text").startsWith("grand");
            assertThat(line.getString("stream")).isEqualTo(error ? "stderr" : "stdout");
            assertThat(line.getInstant("at")).isBetween(before, Instant.now());
        }
    }

    @Test
    void theLastWordsBeforeACrashAreKept() {
        Answer answer = NODE.api().invoke("last-words");
        assertThat(answer.code()).isEqualTo("FUNCTION_CRASHED");
        assertThat(answer.error().getJsonArray("log")).contains("a line", "the last words");
        assertThat(NODE.api().log(answer.invocation())).contains("a line", "the last words");
    }

    @Test
    void aBurstOfLinesIsKeptWholeAndHoldsNobodyUp() {
        NODE.api().invoke("quick");
        CompletableFuture<Answer> burst = NODE.api().invokeLater("burst", "10500");
        List<Duration> others = new ArrayList<>();
        do {
            others.add(NODE.api().invoke("quick").took());
        } while (!burst.isDone());
        Answer answer = burst.join();
        assertThat(answer.status()).isEqualTo(200);
        eventually(SOON, () -> assertThat(NODE.api().log(answer.invocation())).hasSize(10_500));
        List<String> log = NODE.api().log(answer.invocation());
        for (int n = 0; n < log.size(); n++) {
            assertThat(log.get(n)).startsWith("%06d x".formatted(n)).hasSize(100);
        }
        assertThat(others).allMatch(took -> took.compareTo(Duration.ofSeconds(2)) < 0);
    }

    @Test
    void aFloodIsBoundedSaysWhatIsMissingAndKeepsItsLastWords() {
        int lines = 60_000;
        NODE.api().invoke("quick");
        CompletableFuture<Answer> flood = NODE.api().invokeLater("burst", Integer.toString(lines));
        List<Duration> others = new ArrayList<>();
        do {
            others.add(NODE.api().invoke("quick").took());
        } while (!flood.isDone());
        String path = "/v1/invocations/" + flood.join().invocation() + "/logs";
        eventually(SOON, () -> {
            JsonObject log = NODE.api().read(path);
            List<String> kept = NODE.api().log(flood.join().invocation());
            assertThat(log.getLong("dropped")).isPositive();
            assertThat(kept.size() - 1 + log.getLong("dropped")).isEqualTo(lines);
            assertThat(kept).anyMatch(line -> line.contains(log.getLong("dropped") + " lines are left out here"));
            assertThat(kept.getFirst()).startsWith("000000 x");
            assertThat(kept.getLast()).startsWith("059999 x");
        });
        assertThat(others).allMatch(took -> took.compareTo(Duration.ofSeconds(2)) < 0);
    }

    @Test
    void theLastWordsAfterAFloodAreKeptWhenTheContainerDies() {
        NODE.api().register("flood-and-crash", PYTHON, """
                import os, sys

                def handle(event, context):
                    for n in range(60000):
                        sys.stdout.write("%06d %s\\n" % (n, "x" * 93))
                    sys.stdout.flush()
                    os.write(2, b"the last words")
                    os._exit(7)
                """);
        Answer answer = NODE.api().invoke("flood-and-crash");
        assertThat(answer.code()).as("%s", answer).isEqualTo("FUNCTION_CRASHED");
        assertThat(answer.error().getJsonArray("log")).contains("the last words");
        assertThat(NODE.api().log(answer.invocation()))
                .anyMatch(line -> line.startsWith("059999 x"))
                .contains("the last words");
    }

    @Test
    void theLinesOfBothStreamsStandInTheOrderInWhichTheyWereWritten() {
        NODE.api().register("both", PYTHON, """
                import os, time

                def handle(event, context):
                    for n in range(20):
                        os.write(1 + n % 2, b"line %d\\n" % n)
                        time.sleep(0.1)
                """);
        Answer answer = NODE.api().invoke("both");
        List<String> written = IntStream.range(0, 20).mapToObj(n -> "line " + n).toList();
        eventually(SOON, () -> assertThat(NODE.api().log(answer.invocation())).isEqualTo(written));
    }

    @Test
    void theLogOfACallThatRunsIsKeptWhateverOthersWrite() {
        NODE.api().register("patient", PYTHON, """
                import time

                def handle(event, context):
                    print("first", flush=True)
                    time.sleep(event)
                    print("last", flush=True)
                """);
        CompletableFuture<Answer> patient = NODE.api().invokeLater("patient", "15");
        List<String> bursts = Stream.generate(() -> NODE.api().invoke("burst", "30000"))
                .limit(4)
                .map(Answer::invocation)
                .toList();
        eventually(
                SOON,
                () -> assertThat(NODE.api().log(patient.join().invocation())).containsExactly("first", "last"));
        JsonObject gone = NODE.api().read("/v1/invocations/" + bursts.getFirst() + "/logs");
        assertThat(gone.getJsonArray("lines")).isEmpty();
        assertThat(gone.getLong("dropped")).isEqualTo(30_000);
    }

    @Test
    void aFloodWithoutAnEndEndsAtTheTimeLimitAndSlowsNobodyElse() {
        NODE.api().register("endless", PYTHON + "&timeout=3s", """
                import os

                def handle(event, context):
                    while True:
                        os.write(1, b"y\\n" * 30000)
                """);
        NODE.api().invoke("quick");
        CompletableFuture<Answer> flood = NODE.api().invokeLater("endless");
        List<Duration> others = new ArrayList<>();
        do {
            others.add(NODE.api().invoke("quick").took());
        } while (!flood.isDone());

        assertThat(flood.join().status()).as("%s", flood.join()).isEqualTo(504);
        assertThat(others).hasSizeGreaterThan(3);
        Duration median = others.stream().sorted().toList().get(others.size() / 2);
        assertThat(median).isLessThan(Duration.ofMillis(500));
        assertThat(NODE.api().log(flood.join().invocation()))
                .startsWith("y", "y")
                .endsWith("y");
    }
}
