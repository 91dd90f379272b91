package dev.hearth.gateway.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.destination.DeliveryView.State;
import dev.hearth.gateway.destination.NewDelivery.Event;
import dev.hearth.gateway.destination.NewDelivery.Output;
import dev.hearth.gateway.secret.MasterKey;
import dev.hearth.gateway.secret.Vault;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveriesTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final FakeFunctions functions = new FakeFunctions();
    private volatile Instant now = Instant.EPOCH;
    private boolean clockIsSet;
    private Receiver receiver;
    private Database database;
    private SigningSecrets secrets;
    private Deliveries deliveries;

    @BeforeEach
    void open() {
        receiver = new Receiver(vertx, new HttpServerOptions());
        reopen(Some.settings(TIMEOUT, LOOPBACK));
    }

    private void reopen(DeliverySettings settings) {
        database = Database.open(StoreSettings.in(folder));
        Vault vault = new Vault(new MasterKey(folder, Optional.empty()));
        secrets = new SigningSecrets(vertx, vault, () -> Future.succeededFuture(true));
        InstantSource clock = () -> clockIsSet ? now : Instant.now();
        WebhookSender sender = new WebhookSender(vertx, settings, new FakeNames(), new HttpClientOptions(), clock);
        deliveries = new Deliveries(
                new Deliveries.Ports(vertx, vertx.getOrCreateContext(), database, secrets, functions),
                settings,
                sender,
                clock);
    }

    private void shut() {
        Await.of(deliveries.stop());
        database.close();
    }

    @AfterEach
    void close() {
        shut();
        receiver.close();
        Await.of(vertx.close());
    }

    @Test
    void aWebhookIsToldOnceAndItsAnswerIsKept() {
        deliveries.start();
        InvocationId id = add(receiver.url(), Event.SUCCESS);
        DeliveryView view = awaited(id, State.DELIVERED);
        assertThat(view.attempts()).isEqualTo(1);
        assertThat(view.answer()).isEqualTo("HTTP 200: ok");
        assertThat(view.nextAt()).isEmpty();
        assertThat(view.endedAt()).isPresent();
        assertThat(view.json().getString("target")).isEqualTo(receiver.url());
        Receiver.Got got = receiver.next();
        JsonObject document = new JsonObject(got.body());
        assertThat(document.getString("delivery"))
                .isEqualTo(view.id())
                .isEqualTo(got.headers().get("Hearth-Delivery"));
        assertThat(document.getString("event")).isEqualTo("success");
        assertThat(document.getJsonObject("output").getString("value")).isEqualTo("out");
        String signature = Objects.requireNonNull(got.headers().get("Hearth-Signature"));
        long seconds = Long.parseLong(signature.substring(2, signature.indexOf(',')));
        assertThat(signature).isEqualTo(Signature.of(Await.of(secrets.of("default")), seconds, got.body()));
        assertThat(receiver.rest()).isEmpty();
    }

    @Test
    void aFunctionGetsTheDocumentUnderTheDeliverysId() {
        functions.failing(ErrorCode.TOO_MANY_REQUESTS, ErrorCode.STORE_UNAVAILABLE);
        deliveries.start();
        DeliveryView view = awaited(add("function:audit", Event.FAILURE), State.DELIVERED);
        assertThat(view.attempts()).isEqualTo(3);
        assertThat(view.answer()).startsWith("invocation ");
        assertThat(functions.taken()).containsOnlyKeys(view.id());
        assertThat(Objects.requireNonNull(functions.taken().get(view.id())).getString("event"))
                .isEqualTo("failure");
    }

    @Test
    void aFunctionThatIsNotThereIsGivenUpAtOnce() {
        functions.failing(ErrorCode.FUNCTION_NOT_FOUND);
        deliveries.start();
        DeliveryView view = awaited(add("function:none", Event.SUCCESS), State.FAILED);
        assertThat(view.attempts()).isEqualTo(1);
        assertThat(view.answer()).startsWith("FUNCTION_NOT_FOUND");
    }

    @Test
    void failuresAreTriedAgainUntilOneSucceeds() {
        receiver.answering((request, number) ->
                request.response().setStatusCode(number < 3 ? 500 : 204).end());
        deliveries.start();
        DeliveryView view = awaited(add(receiver.url(), Event.SUCCESS), State.DELIVERED);
        assertThat(view.attempts()).isEqualTo(3);
        assertThat(view.answer()).isEqualTo("HTTP 204");
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            ids.add(receiver.next().headers().get("Hearth-Delivery"));
        }
        assertThat(ids).containsExactly(view.id());
    }

    @Test
    void afterItsAttemptsADeliveryIsGivenUpAndKept() {
        receiver.answering(500);
        deliveries.start();
        DeliveryView view = awaited(add(receiver.url(), Event.FAILURE), State.FAILED);
        assertThat(view.attempts()).isEqualTo(4);
        assertThat(view.answer()).isEqualTo("HTTP 500");
    }

    @Test
    void goneEndsADelivery() {
        receiver.answering(410);
        deliveries.start();
        assertThat(awaited(add(receiver.url(), Event.SUCCESS), State.FAILED).attempts())
                .isEqualTo(1);
    }

    @Test
    void aClosedAddressEndsADeliveryAndIsRefusedBeforehandWhereItsTextTells() {
        deliveries.start();
        DeliveryView view = awaited(add("http://127.0.0.2:" + receiver.port() + "/", Event.SUCCESS), State.FAILED);
        assertThat(view.answer()).contains("127.0.0.2 is loopback", "webhooks.allow");
        assertThat(receiver.rest()).isEmpty();
        HearthException refused = catchThrowableOfType(
                HearthException.class, () -> deliveries.check(Destination.parse("http://10.0.0.1/")));
        assertThat(refused.failure().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        deliveries.check(Destination.parse(receiver.url()));
        deliveries.check(Destination.parse("https://example.org/"));
        deliveries.check(Destination.parse("function:f"));
    }

    @Test
    void aRestartInMidRetryGoesOnWithTheSameDelivery() {
        DeliverySettings slow =
                Some.settings(9, new Backoff(Duration.ofMillis(700), Duration.ofSeconds(1)), TIMEOUT, LOOPBACK);
        shut();
        reopen(slow);
        receiver.answering(503);
        deliveries.start();
        InvocationId id = add(receiver.url(), Event.SUCCESS);
        String first = receiver.next().headers().get("Hearth-Delivery");
        DeliveryView between = awaited(id, view -> view.attempts() == 1);
        assertThat(between.state()).isEqualTo(State.PENDING);
        assertThat(between.nextAt()).isPresent();
        shut();
        receiver.answering(200);
        reopen(slow);
        deliveries.start();
        DeliveryView view = awaited(id, State.DELIVERED);
        assertThat(view.id()).isEqualTo(first);
        assertThat(view.attempts()).isEqualTo(2);
        assertThat(receiver.next().headers().get("Hearth-Delivery")).isEqualTo(first);
    }

    @Test
    void aStopDuringAnAttemptLosesNothing() {
        receiver.answering((request, number) -> {
            if (number > 1) {
                request.response().end();
            }
        });
        deliveries.start();
        InvocationId id = add(receiver.url(), Event.SUCCESS);
        receiver.next();
        shut();
        reopen(Some.settings(TIMEOUT, LOOPBACK));
        deliveries.start();
        assertThat(awaited(id, State.DELIVERED).answer()).startsWith("HTTP 200");
    }

    @Test
    void oneDestinationTakesNoMoreThanHalfOfThePlaces() {
        BlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();
        receiver.answering((request, number) -> held.add(request));
        deliveries.start();
        List<InvocationId> stuck = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            stuck.add(add(receiver.url(), Event.SUCCESS));
        }
        receiver.next();
        receiver.next();
        awaited(add("function:other", Event.SUCCESS), State.DELIVERED);
        assertThat(receiver.rest()).as("2 of 4 places").isEmpty();
        for (InvocationId ignored : stuck) {
            take(held).response().end();
        }
        stuck.forEach(id -> awaited(id, State.DELIVERED));
    }

    @Test
    void manyAreAllDeliveredOnceEach() {
        deliveries.start();
        List<InvocationId> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ids.add(add(i % 2 == 0 ? receiver.url() : "function:f" + i, Event.SUCCESS));
        }
        ids.forEach(id -> assertThat(awaited(id, State.DELIVERED).attempts()).isEqualTo(1));
        assertThat(functions.taken()).hasSize(30);
        assertThat(receiver.rest()).hasSize(30);
    }

    @Test
    void whatWasPutOffUnderAClockThatWasAheadIsNotForgotten() {
        clockIsSet = true;
        now = Instant.parse("2030-01-01T00:00:00Z");
        receiver.answering((request, number) ->
                request.response().setStatusCode(number == 1 ? 500 : 200).end());
        InvocationId id = add(receiver.url(), Event.SUCCESS);
        now = Instant.parse("2026-11-22T00:00:00Z");
        deliveries.start();
        awaited(id, view -> view.attempts() >= 1);
        now = now.plusSeconds(60);
        deliveries.wake();
        awaited(id, State.DELIVERED);
    }

    @Test
    void endedDeliveriesGoByAgeAndByCountAndPendingOnesStay() {
        long age = 1_000;
        Await.of(database.write(handle -> {
            for (int i = 0; i < 20; i++) {
                State state = i % 4 == 0 ? State.PENDING : i % 2 == 0 ? State.FAILED : State.DELIVERED;
                DeliveryRows.insert(
                        handle,
                        database.head(),
                        new DeliveryRow(
                                "d" + i,
                                "default",
                                "i" + i,
                                "success",
                                "function:f",
                                "l",
                                state,
                                1,
                                i * age,
                                0,
                                "",
                                ""));
            }
            return DeliveryRows.sweep(handle, 10 * age, 5);
        }));
        List<String> left = Await.of(database.read(
                handle -> handle.createQuery("SELECT id FROM delivery WHERE state <> 'PENDING' ORDER BY due_at")
                        .mapTo(String.class)
                        .list()));
        assertThat(left).containsExactly("d14", "d15", "d17", "d18", "d19");
        List<DeliveryRow> pending = Await.of(database.read(handle -> DeliveryRows.of(handle, "i0")));
        assertThat(pending).hasSize(1);
    }

    @Test
    void ofAnInvocationWithoutDestinationsThereIsNothing() {
        assertThat(Await.of(deliveries.of(InvocationId.next()))).isEmpty();
    }

    private InvocationId add(String target, Event event) {
        InvocationId id = InvocationId.next();
        Optional<Output> output = event == Event.SUCCESS
                ? Optional.of(new Output("text/plain", 3, Optional.of(Buffer.buffer("out"))))
                : Optional.empty();
        NewDelivery delivery = new NewDelivery(
                id, "default", event, Destination.parse(target), new JsonObject().put("id", id.toString()), output);
        Await.of(database.write(handle -> {
            deliveries.add(handle, delivery);
            return id;
        }));
        deliveries.wake();
        return id;
    }

    private DeliveryView awaited(InvocationId id, State state) {
        return awaited(id, view -> view.state() == state);
    }

    private DeliveryView awaited(InvocationId id, Predicate<DeliveryView> holds) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (true) {
            DeliveryView view = Await.of(deliveries.of(id)).getFirst();
            if (holds.test(view)) {
                return view;
            }
            assertThat(System.nanoTime()).as("still %s", view).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static HttpServerRequest take(BlockingQueue<HttpServerRequest> held) {
        try {
            HttpServerRequest request = held.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(request).isNotNull();
            return request;
        } catch (InterruptedException stopped) {
            throw new AssertionError("interrupted", stopped);
        }
    }
}
