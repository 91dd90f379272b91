package dev.hearth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingTest {
    private final FakeNode node = new FakeNode();
    private final FunctionManager manager = node.manager();

    @AfterEach
    void close() {
        manager.close();
        node.close();
    }

    @Test
    void waitsForAllAndKeepsTheirRecords() {
        node.reply(200, waited(FakeNode.records(FakeNode.DONE, 1), "1", true))
                .reply(200, waited(FakeNode.records(FakeNode.DONE, 2), "", false));
        List<Invocation> both = invocations(2);
        manager.waitAll(both);
        assertThat(both).allMatch(Invocation::isDone);
        assertThat(node.asked()).hasSize(2);
        assertThat(node.asked().getFirst().method()).isEqualTo("POST");
        assertThat(node.asked().getFirst().path()).isEqualTo("/v1/invocations/wait");
        assertThat(node.asked().getFirst().body())
                .contains(
                        "\"ids\":[\"" + FakeNode.id(1) + "\",\"" + FakeNode.id(2) + "\"]",
                        "\"for\":\"all\"",
                        "\"timeout\":\"5000ms\"");
        assertThat(node.asked().getLast().body()).doesNotContain(FakeNode.id(1));
    }

    @Test
    void waitsForAnyOfThem() {
        node.reply(200, waited("", "", true)).reply(200, waited(FakeNode.records(FakeNode.DONE, 2), "", false));
        List<Invocation> both = invocations(2);
        assertThat(manager.waitAny(both)).isSameAs(both.getLast());
        assertThat(node.asked().getFirst().body()).contains("\"for\":\"any\"");
        assertThat(manager.waitAny(both)).as("known already").isSameAs(both.getLast());
        assertThat(node.asked()).hasSize(2);
    }

    @Test
    void forNothingItWaitsNot() {
        manager.waitAll(List.of());
        assertThat(manager.waitAny(List.of(), Duration.ofDays(1))).isEmpty();
        assertThatThrownBy(() -> manager.waitAny(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(node.asked()).isEmpty();
    }

    @Test
    void theTimeIsKept() {
        node.reply(200, waited("", FakeNode.id(1), true));
        Invocation one = invocations(1).getFirst();
        assertThat(manager.waitOne(one, Duration.ZERO)).isFalse();
        assertThat(node.only().body()).contains("\"timeout\":\"0ms\"");
        assertThat(manager.waitOne(one, Duration.ofMillis(50))).isFalse();
        assertThat(one.await(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void lostConnectionsAndARestartOfTheNodeAreWaitedOut() {
        for (int i = 0; i < 5; i++) {
            node.hangUp();
        }
        node.error(503, "SHUTTING_DOWN", true)
                .cutOff()
                .reply(200, waited(FakeNode.records(FakeNode.DONE, 1), "", false));
        assertThat(manager.waitOne(invocations(1).getFirst()).hasSucceeded()).isTrue();
        assertThat(node.asked()).hasSize(8);
    }

    @Test
    void anOutageThatLastsEndsTheWait() {
        node.hangUp();
        ManagerSettings settings = node.settings().withWaiting(Duration.ofSeconds(1), Duration.ofMillis(50));
        try (FunctionManager hasty = new FunctionManager(settings)) {
            assertThatThrownBy(() -> hasty.invocation(FakeNode.ID).await()).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void anUnknownInvocationEndsTheWait() {
        node.error(404, "NOT_FOUND", false);
        assertThatThrownBy(() -> manager.waitAll(invocations(2))).isInstanceOf(NotFoundException.class);
        assertThat(node.asked()).hasSize(1);
    }

    @Test
    void manyAreAskedForInParts() {
        node.reply(
                        200,
                        waited(
                                FakeNode.records(
                                        FakeNode.DONE,
                                        IntStream.rangeClosed(1, 1000).toArray()),
                                "",
                                false))
                .reply(
                        200,
                        waited(
                                FakeNode.records(
                                        FakeNode.DONE,
                                        IntStream.rangeClosed(1001, 1500).toArray()),
                                "",
                                false));
        assertThat(manager.waitAll(invocations(1500), Duration.ofMinutes(1))).isTrue();
        assertThat(node.asked()).hasSize(2);
    }

    @Test
    void ofManyTheOneThatIsDoneIsFoundInWhicheverPart() {
        node.reply(200, waited("", "", true)).reply(200, waited(FakeNode.records(FakeNode.DONE, 1200), "", false));
        assertThat(manager.waitAny(invocations(1500)).getId()).isEqualTo(FakeNode.id(1200));
        assertThat(node.asked().getFirst().body()).contains(FakeNode.id(1)).doesNotContain(FakeNode.id(1200));
        assertThat(node.asked().getLast().body()).contains(FakeNode.id(1200), "\"timeout\":\"1000ms\"");
    }

    @Test
    void manyVirtualThreadsWaitAtOneTime() {
        int many = 500;
        CountDownLatch all = new CountDownLatch(many);
        for (int i = 1; i <= many; i++) {
            node.reply(exchange -> {
                all.countDown();
                FunctionManagerTest.uninterrupted(all);
                byte[] done =
                        waited(FakeNode.records(FakeNode.DONE, 1), "", false).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, done.length);
                exchange.getResponseBody().write(done);
                exchange.close();
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> waits = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                waits.add(threads.submit(
                        () -> manager.waitOne(manager.invocation(FakeNode.id(1)), Duration.ofSeconds(20))));
            }
            assertThat(waits).allSatisfy(wait -> assertThat(wait.get()).isTrue());
        }
    }

    private List<Invocation> invocations(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> manager.invocation(FakeNode.id(n)))
                .toList();
    }

    private static String waited(String done, String pending, boolean timedOut) {
        String ids = pending.isEmpty() ? "" : "\"" + pending + "\"";
        return "{\"done\":[" + done + "],\"pending\":[" + ids + "],\"timedOut\":" + timedOut + "}";
    }
}
