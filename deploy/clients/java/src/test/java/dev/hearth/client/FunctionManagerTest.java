package dev.hearth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionManagerTest {
    private static final RegisteredFunction F = new RegisteredFunction("f", 1);

    private final FakeNode node = new FakeNode();
    private final FunctionManager manager = node.manager();

    @AfterEach
    void close() {
        manager.close();
        node.close();
    }

    @Test
    void registersWithTheFiveLimitsAndWaitsUntilItIsReady() {
        node.reply(201, "{\"name\":\"f\",\"state\":\"PENDING\",\"revision\":4}")
                .reply(200, "{\"name\":\"f\",\"state\":\"READY\",\"revision\":4}");
        FunctionLimits limits = FunctionLimits.DEFAULT
                .withTime(Duration.ofMillis(2500))
                .withDisk(1)
                .withRam(2)
                .withIngress(3)
                .withEgress(4);
        assertThat(manager.registerFunction(
                        "f", FunctionCode.python("x = \"1\"").with("handler", "handle"), limits))
                .isEqualTo(new RegisteredFunction("f", 4));
        FakeNode.Asked asked = node.asked().getFirst();
        assertThat(asked.method()).isEqualTo("PUT");
        assertThat(asked.path()).isEqualTo("/v1/functions/f?wait=20000ms");
        assertThat(asked.header("Content-Type")).isEqualTo("application/json");
        assertThat(asked.body())
                .isEqualTo(
                        "{\"runtime\":\"python3\",\"code\":{\"source\":\"x = \\\"1\\\"\"},\"handler\":\"handle\","
                                + "\"limits\":{\"timeout\":\"2500ms\",\"disk\":\"1B\",\"memory\":\"2B\",\"ingress\":\"3B\",\"egress\":\"4B\"}}");
    }

    @Test
    void aFunctionThatCannotBeMadeReadyIsAnErrorOfItsCode() {
        node.reply(
                201, "{\"state\":\"FAILED\",\"cause\":{\"code\":\"IMAGE_PULL_FAILED\",\"message\":\"no such image\"}}");
        assertThatThrownBy(() -> manager.registerFunction("f", FunctionCode.image("a:1", "http")))
                .isInstanceOf(FunctionFailedException.class)
                .hasMessage("IMAGE_PULL_FAILED: no such image");
    }

    @Test
    void anAsynchronousCallHasAKeyAndItsOptions() {
        node.reply(202, "{\"id\":\"" + FakeNode.ID + "\",\"state\":\"NEW\"}");
        InvocationOptions options = InvocationOptions.DEFAULT
                .timeout(Duration.ofSeconds(3))
                .retries(2)
                .backoff(Duration.ofMillis(100))
                .notBefore(Instant.EPOCH)
                .expiresAfter(Duration.ofDays(30))
                .onSuccess("function:g")
                .onFailure("https://a.example/b?c=d&e");
        Invocation invocation = manager.invokeFunction(F, Event.value(Map.of("a", 1)), options);
        assertThat(invocation.getId()).isEqualTo(FakeNode.ID);
        FakeNode.Asked asked = node.only();
        assertThat(asked.path())
                .isEqualTo("/v1/functions/f/invocations?timeout=3000ms&retries=2&backoff=100ms"
                        + "&notBefore=1970-01-01T00%3A00%3A00Z&expiresAfter=2592000s&onSuccess=function%3Ag"
                        + "&onFailure=https%3A%2F%2Fa.example%2Fb%3Fc%3Dd%26e");
        assertThat(asked.header("Idempotency-Key")).hasSize(36);
        assertThat(asked.header("Content-Type")).isEqualTo("application/json");
        assertThat(asked.body()).isEqualTo("{\"a\":1}");
    }

    @Test
    void aSubmissionWhoseAnswerIsLostIsSentAgainUnderTheSameKey() {
        node.hangUp().cutOff().error(503, "STORE_UNAVAILABLE", true).reply(202, "{\"id\":\"" + FakeNode.ID + "\"}");
        assertThat(manager.invokeFunction(F, "event").getId()).isEqualTo(FakeNode.ID);
        assertThat(node.asked()).hasSize(4);
        assertThat(node.asked().stream()
                        .map(asked -> asked.header("Idempotency-Key"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void retriesEnd() {
        node.hangUp();
        UnavailableException lost =
                catchThrowableOfType(UnavailableException.class, () -> manager.invokeFunction(F, "event"));
        assertThat(lost.code()).isEqualTo(ErrorCode.NO_ANSWER);
        assertThat(lost.getMessage()).contains(node.url(), "/v1/functions/f/invocations");
        assertThat(node.asked()).hasSize(4);
    }

    @Test
    void aSynchronousCallThatMayHaveRunIsNotSentAgain() {
        node.hangUp();
        assertThatThrownBy(() -> manager.invokeSync(F, "event")).isInstanceOf(UnavailableException.class);
        assertThat(node.asked()).hasSize(1);
    }

    @Test
    void aSynchronousCallThatHasNotRunIs() {
        node.error(429, "TOO_MANY_REQUESTS", true, "Retry-After", "0").reply(200, "{\"n\":1}");
        Output output = manager.invokeSync(F, "event");
        assertThat(output.text()).isEqualTo("{\"n\":1}");
        assertThat(output.contentType()).isEqualTo("application/json");
        assertThat(node.asked()).hasSize(2);
        assertThat(node.asked().getFirst().header("Content-Type")).startsWith("text/plain");
    }

    @ParameterizedTest
    @CsvSource({
        "400,INVALID_REQUEST,RefusedException",
        "400,NOT_SUPPORTED,RefusedException",
        "401,UNAUTHENTICATED,RefusedException",
        "403,FORBIDDEN,RefusedException",
        "404,FUNCTION_NOT_FOUND,NotFoundException",
        "404,NOT_FOUND,NotFoundException",
        "409,CONFLICT,RefusedException",
        "409,CANCELLED,FunctionFailedException",
        "409,EXPIRED,FunctionFailedException",
        "413,INGRESS_EXCEEDED,RefusedException",
        "422,NOT_ALLOWED,RefusedException",
        "429,TOO_MANY_REQUESTS,OverloadedException",
        "500,INTERNAL,UnavailableException",
        "502,FUNCTION_ERROR,FunctionFailedException",
        "502,FUNCTION_CRASHED,FunctionFailedException",
        "502,OUT_OF_MEMORY,FunctionFailedException",
        "502,DISK_EXCEEDED,FunctionFailedException",
        "502,EGRESS_EXCEEDED,FunctionFailedException",
        "502,INIT_FAILED,FunctionFailedException",
        "502,INVALID_RESPONSE,FunctionFailedException",
        "502,IMAGE_PULL_FAILED,FunctionFailedException",
        "502,REFERENCE_NOT_FOUND,FunctionFailedException",
        "502,DEPTH_EXCEEDED,FunctionFailedException",
        "503,NODE_LOST,UnavailableException",
        "503,SHUTTING_DOWN,UnavailableException",
        "503,NO_CAPACITY,UnavailableException",
        "503,STORE_UNAVAILABLE,UnavailableException",
        "504,TIMEOUT,FunctionFailedException",
        "507,A_NEW_CODE,UnavailableException"
    })
    void everyErrorHasItsKind(int status, String code, String kind) {
        node.error(status, code, false);
        HearthException thrown = catchThrowableOfType(HearthException.class, () -> manager.invokeSync(F, "event"));
        assertThat(thrown.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(thrown.code()).isEqualTo(ErrorCode.named(code));
        assertThat(thrown.getMessage()).contains(code, "as asked");
        assertThat(thrown.invocation()).contains(FakeNode.ID);
        assertThat(thrown.retryable()).isFalse();
        assertThat(node.asked()).hasSize(1);
    }

    @Test
    void anAnswerOfSomethingElseIsToldAsSuch() {
        node.reply(404, "<html>").reply(200, "<html>");
        for (int i = 0; i < 2; i++) {
            HearthException thrown = catchThrowableOfType(
                    HearthException.class, () -> manager.invocation(FakeNode.ID).isDone());
            assertThat(thrown.code()).isEqualTo(ErrorCode.UNKNOWN);
            assertThat(thrown.getMessage()).contains("no Hearth node", "<html>");
        }
    }

    @Test
    void aRecordTellsDatesAndIsNotAskedForAgainOnceItIsDone() {
        node.reply(200, FakeNode.RUNNING.formatted(FakeNode.ID)).reply(200, FakeNode.DONE.formatted(FakeNode.ID));
        Invocation invocation = manager.invocation(FakeNode.ID);
        assertThat(manager.isDone(invocation)).isFalse();
        assertThat(invocation.getEndDate()).contains(Instant.parse("2026-11-22T10:00:03.5Z"));
        assertThat(invocation.isDone()).isTrue();
        assertThat(invocation.hasSucceeded()).isTrue();
        assertThat(invocation.getSubmitDate()).isEqualTo(Instant.parse("2026-11-22T10:00:00Z"));
        assertThat(invocation.getDispatchDate()).contains(Instant.parse("2026-11-22T10:00:01Z"));
        assertThat(invocation.getStartDate()).contains(Instant.parse("2026-11-22T10:00:02Z"));
        assertThat(invocation.getFailureCause()).isEmpty();
        assertThat(invocation.getRecord().billedGbSeconds()).isEqualTo(0.25);
        assertThat(invocation.getRecord().start()).isEqualTo("warm");
        assertThat(node.asked()).hasSize(2);
    }

    @Test
    void theOutputOfOneThatRunsIsRefusedWithoutWaiting() {
        node.reply(200, FakeNode.RUNNING.formatted(FakeNode.ID));
        Invocation invocation = manager.invocation(FakeNode.ID);
        assertThatThrownBy(invocation::getOutput)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("RUNNING");
        assertThat(invocation.getFailureCause()).isEmpty();
        assertThat(invocation.getStartDate()).isEmpty();
    }

    @Test
    void theOutputOfOneThatFailedIsItsCause() {
        node.reply(200, FakeNode.FAILED.formatted(FakeNode.ID));
        Invocation invocation = manager.invocation(FakeNode.ID);
        FunctionFailedException failed = catchThrowableOfType(FunctionFailedException.class, invocation::getOutput);
        assertThat(failed.failure())
                .isEqualTo(new FailureCause(
                        ErrorCode.FUNCTION_ERROR, "f raised", "ValueError", "line 3", List.of("a", "b")));
        assertThat(failed.invocation()).contains(FakeNode.ID);
        assertThat(invocation.getFailureCause()).contains(failed.failure());
        assertThat(invocation.hasSucceeded()).isFalse();
        assertThat(invocation.getStartDate()).isEmpty();
    }

    @Test
    void anOutputIsReadWholeOrWhileItComes() throws IOException {
        node.reply(200, FakeNode.DONE.formatted(FakeNode.ID)).reply(200, "out", "Content-Type", "text/x-own");
        Invocation invocation = manager.invocation(FakeNode.ID);
        Output output = invocation.getOutput();
        assertThat(output.text()).isEqualTo("out");
        assertThat(output.bytes()).isEqualTo(new byte[] {'o', 'u', 't'});
        assertThat(output.contentType()).isEqualTo("text/x-own");
        try (InputStream stream = invocation.openOutput()) {
            assertThat(stream.readAllBytes()).isEqualTo(output.bytes());
        }
        assertThat(node.asked().getLast().path()).isEqualTo("/v1/invocations/" + FakeNode.ID + "/output");
        node.error(404, "NOT_FOUND", false);
        assertThatThrownBy(invocation::openOutput).isInstanceOf(NotFoundException.class);
    }

    @Test
    void anAnswerAboveTheBoundIsNotReadAndNotAskedForAgain() {
        node.reply(200, "x".repeat(100_000));
        try (FunctionManager small = new FunctionManager(node.settings().withMaxAnswerBytes(50_000))) {
            assertThatThrownBy(() -> small.invocation(FakeNode.ID).isDone())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("50000 bytes");
        }
        assertThat(node.asked()).hasSize(1);
    }

    @Test
    void cancellingTellsWhetherThatIsHowItEnded() {
        node.reply(200, "{}")
                .reply(200, FakeNode.DONE.formatted(FakeNode.ID).replace("SUCCESS", "CANCELLED"))
                .reply(200, "{}");
        Invocation invocation = manager.invocation(FakeNode.ID);
        assertThat(invocation.cancel()).isTrue();
        assertThat(node.asked().getFirst().method()).isEqualTo("DELETE");
        assertThat(invocation.cancel()).isTrue();
    }

    @Test
    void aNodeThatIsNotThereIsToldWithItsAddress() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ManagerSettings settings =
                ManagerSettings.at("http://127.0.0.1:" + port).withRetries(1, Duration.ofMillis(1));
        try (FunctionManager alone = new FunctionManager(settings)) {
            assertThatThrownBy(() -> alone.invokeSync(F, "event"))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("127.0.0.1:" + port);
        }
    }

    @Test
    void aSlowAnswerIsGivenUpHoweverFarItHasCome() {
        CountDownLatch over = new CountDownLatch(1);
        node.reply(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            uninterrupted(over);
            exchange.close();
        });
        Duration brief = Duration.ofMillis(300);
        ManagerSettings settings =
                node.settings().withTimeouts(brief, brief, brief).withRetries(0, brief);
        try (FunctionManager hasty = new FunctionManager(settings)) {
            assertThatThrownBy(() -> hasty.invocation(FakeNode.ID).isDone())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("300 ms");
        } finally {
            over.countDown();
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStays() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch there = new CountDownLatch(1);
        node.reply(exchange -> {
            there.countDown();
            uninterrupted(over);
            exchange.close();
        });
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                manager.waitOne(manager.invocation(FakeNode.ID));
            } catch (UnavailableException ended) {
                interrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        assertThat(there.await(20, TimeUnit.SECONDS)).isTrue();
        waiting.interrupt();
        assertThat(waiting.join(Duration.ofSeconds(20))).isTrue();
        over.countDown();
        assertThat(interrupted).isTrue();
    }

    static void uninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theKeyGoesWithEachRequestAndIsShownNowhere() {
        node.error(401, "UNAUTHENTICATED", false);
        ManagerSettings settings = node.settings().withKey("hearth_id_secret");
        try (FunctionManager known = new FunctionManager(settings)) {
            assertThatThrownBy(() -> known.deleteFunction("a b/c"))
                    .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("secret"));
        }
        assertThat(node.only().header("Authorization")).isEqualTo("Bearer hearth_id_secret");
        assertThat(node.only().path()).isEqualTo("/v1/functions/a%20b%2Fc");
        assertThat(settings.toString()).doesNotContain("secret");
    }
}
