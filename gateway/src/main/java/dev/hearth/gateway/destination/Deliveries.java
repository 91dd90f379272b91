package dev.hearth.gateway.destination;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.destination.DeliveryRows.Batch;
import dev.hearth.gateway.destination.DeliveryRows.Wanted;
import dev.hearth.gateway.destination.DeliveryView.State;
import dev.hearth.gateway.destination.Destination.Callee;
import dev.hearth.gateway.destination.Destination.Webhook;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells destinations of invocations that have ended, at least once each, from an outbox in the database.
 *
 * <p>A delivery is a row that is written in the transaction which ends the invocation. The rows that are due are read when
 * somebody wakes this, when an attempt has ended and when the next one is due; as many as there is room for are under way. What an
 * attempt has brought is written before its place is free again, so that a row is never under way twice in one process; a
 * process that dies in between sends again what it sent last. All state belongs to one event loop.
 */
public final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    /** The clock may be set while the timer runs, so that it is looked at again. */
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

    private static final Duration STORE_PAUSE = Duration.ofSeconds(2);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    private final Ports ports;
    private final DeliverySettings settings;
    private final WebhookSender webhooks;
    private final InstantSource clock;
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, Integer> lanes = new HashMap<>();
    /** Ended while rows were being read: what was read may still have them. */
    private final Set<String> endedMeanwhile = new HashSet<>();

    private final Promise<Void> idle = Promise.promise();
    private boolean reading;
    private boolean again;
    private boolean stopped;
    private long timer = -1;
    private long sweeper = -1;

    /**
     * What deliveries work with.
     *
     * @param here the event loop to which their state belongs
     */
    public record Ports(
            Vertx vertx, Context here, Database database, SigningSecrets secrets, FunctionTarget functions) {}

    public Deliveries(Ports ports, DeliverySettings settings) {
        this(
                ports,
                settings,
                new WebhookSender(
                        ports.vertx(), settings, Resolver.ofMachine(), new HttpClientOptions(), InstantSource.system()),
                InstantSource.system());
    }

    Deliveries(Ports ports, DeliverySettings settings, WebhookSender webhooks, InstantSource clock) {
        this.ports = ports;
        this.settings = settings;
        this.webhooks = webhooks;
        this.clock = clock;
    }

    /** Longest output that is sent along; of a longer one {@link #add} needs no bytes. */
    public Bytes inlineBytes() {
        return settings.inlineBytes();
    }

    /**
     * Refuses a destination to which nothing would ever be sent, as far as its text tells.
     *
     * @throws HearthException INVALID_REQUEST
     */
    public void check(Destination destination) {
        if (destination instanceof Webhook webhook) {
            webhooks.refusal(webhook).ifPresent(why -> {
                throw new HearthException(ErrorCode.INVALID_REQUEST, "nothing is sent to " + webhook + ": " + why);
            });
        }
    }

    /** Writes a delivery in the transaction that ends its invocation; {@link #wake} is to be called after the commit. */
    public void add(Handle handle, NewDelivery delivery) {
        String id = SortableId.next().toString();
        long now = clock.millis();
        DeliveryRows.insert(
                handle,
                ports.database().head(),
                new DeliveryRow(
                        id,
                        delivery.namespace(),
                        delivery.invocation().toString(),
                        delivery.event().toString(),
                        delivery.target().toString(),
                        delivery.target().lane(),
                        State.PENDING,
                        0,
                        now,
                        now,
                        "",
                        DeliveryDocument.of(id, delivery, settings.inlineBytes())));
    }

    /** The deliveries of an invocation, oldest first; they go by age and count, not with the record. */
    public Future<List<DeliveryView>> of(InvocationId invocation) {
        return ports.database()
                .read(handle -> DeliveryRows.of(handle, invocation.toString()).stream()
                        .map(DeliveryRow::view)
                        .toList());
    }

    /** Begins with what an earlier life of the process left behind. */
    public void start() {
        ports.here().runOnContext(ignored -> {
            sweeper = ports.vertx().setPeriodic(SWEEP.toMillis(), tick -> sweep());
            fill();
        });
    }

    /** Gives what a head that is gone should have sent to this one; how many at most, and how many those were. */
    public int move(Handle handle, String from, int most) {
        return DeliveryRows.move(handle, from, ports.database().head(), most);
    }

    /** There may be new rows; may be called from any thread. */
    public void wake() {
        ports.here().runOnContext(ignored -> fill());
    }

    /** Begins nothing more; done when what was under way has ended, or soon. */
    public Future<Void> stop() {
        Promise<Void> done = Promise.promise();
        ports.here().runOnContext(ignored -> {
            stopped = true;
            ports.vertx().cancelTimer(timer);
            ports.vertx().cancelTimer(sweeper);
            long patience = ports.vertx().setTimer(LAST_ANSWERS.toMillis(), late -> idle.tryComplete());
            if (underWay.isEmpty()) {
                idle.tryComplete();
            }
            idle.future()
                    .onComplete(ended -> ports.vertx().cancelTimer(patience))
                    .eventually(webhooks::close)
                    .onComplete(done);
        });
        return done.future();
    }

    private int laneMost() {
        return Math.max(1, settings.parallel() / 2);
    }

    private void fill() {
        int free = settings.parallel() - underWay.size();
        if (stopped || free <= 0) {
            return;
        }
        if (reading) {
            again = true;
            return;
        }
        reading = true;
        again = false;
        Set<String> busy = lanes.entrySet().stream()
                .filter(lane -> lane.getValue() >= laneMost())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
        long now = clock.millis();
        long horizon = now + 2 * settings.backoff().longest().toMillis();
        Wanted wanted = new Wanted(now, horizon, free + underWay.size(), busy);
        ports.database()
                .read(handle -> DeliveryRows.batch(handle, ports.database().head(), wanted))
                .onComplete(this::begin, this::unread);
    }

    private void unread(Throwable failure) {
        reading = false;
        endedMeanwhile.clear();
        LOG.warn("event=deliveries_unread cause=\"{}\"", failure.getMessage());
        sleep(STORE_PAUSE.toMillis());
    }

    private void begin(Batch batch) {
        reading = false;
        boolean passedOver = false;
        for (DeliveryRow row : batch.due()) {
            if (underWay.contains(row.id()) || endedMeanwhile.contains(row.id())) {
                continue;
            }
            if (stopped || underWay.size() >= settings.parallel()) {
                break;
            }
            if (lanes.getOrDefault(row.lane(), 0) >= laneMost()) {
                passedOver = true;
                continue;
            }
            attempt(row);
        }
        endedMeanwhile.clear();
        sleep(batch.next().isPresent() ? batch.next().getAsLong() - clock.millis() : LONGEST_SLEEP.toMillis());
        if (again || passedOver) {
            fill();
        }
    }

    private void sleep(long millis) {
        ports.vertx().cancelTimer(timer);
        if (!stopped) {
            timer = ports.vertx().setTimer(Math.clamp(millis, 1, LONGEST_SLEEP.toMillis()), ignored -> fill());
        }
    }

    private void attempt(DeliveryRow row) {
        underWay.add(row.id());
        lanes.merge(row.lane(), 1, Integer::sum);
        Promise<Verdict> end = Promise.promise();
        sent(row).otherwise(Verdict::of).onComplete(end);
        // Told here, whichever thread a function's acceptance is told on.
        end.future().onSuccess(verdict -> ports.here().runOnContext(ignored -> ended(row, verdict)));
    }

    private Future<Verdict> sent(DeliveryRow row) {
        try {
            return switch (Destination.parse(row.target(), row.namespace())) {
                case Callee callee ->
                    ports.functions()
                            .accept(
                                    callee.function(),
                                    InvocationId.parse(row.invocation()),
                                    "application/json",
                                    Buffer.buffer(row.document()),
                                    row.id())
                            .map(id -> new Verdict.Delivered("invocation " + id));
                case Webhook webhook ->
                    ports.secrets()
                            .of(row.namespace())
                            .compose(secret -> webhooks.send(new WebhookSender.Letter(
                                    row.id(), webhook, row.document(), secret, row.attempts())));
            };
        } catch (HearthException unreadable) {
            return Future.failedFuture(unreadable);
        }
    }

    private void ended(DeliveryRow row, Verdict verdict) {
        DeliveryRow now = after(row, verdict);
        if (now.state() == State.FAILED) {
            LOG.warn(
                    "event=delivery_failed id={} invocation={} attempts={} answer=\"{}\"",
                    row.id(),
                    row.invocation(),
                    now.attempts(),
                    now.answer());
        }
        ports.database()
                .write(handle -> {
                    DeliveryRows.update(handle, ports.database().head(), now);
                    return now;
                })
                .onComplete(kept -> release(row), failure -> {
                    // It will be sent again: not at once, and not before the database takes writes again.
                    LOG.warn("event=delivery_unwritten id={} cause=\"{}\"", row.id(), failure.getMessage());
                    ports.vertx().setTimer(STORE_PAUSE.toMillis(), ignored -> release(row));
                });
    }

    private DeliveryRow after(DeliveryRow row, Verdict verdict) {
        long now = clock.millis();
        return switch (verdict) {
            case Verdict.Delivered delivered -> row.ended(State.DELIVERED, delivered.said(), now);
            case Verdict.Refused refused -> row.ended(State.FAILED, refused.said(), now);
            case Verdict.Later later
            when row.attempts() + 1 >= settings.attempts() -> row.ended(State.FAILED, later.said(), now);
            case Verdict.Later later -> {
                Duration wait =
                        settings.backoff().after(row.attempts() + 1, later.after(), ThreadLocalRandom.current());
                yield row.postponed(later.said(), now + wait.toMillis());
            }
        };
    }

    private void release(DeliveryRow row) {
        underWay.remove(row.id());
        lanes.computeIfPresent(row.lane(), (lane, count) -> count > 1 ? count - 1 : null);
        if (reading) {
            endedMeanwhile.add(row.id());
        }
        if (stopped && underWay.isEmpty()) {
            idle.tryComplete();
        }
        fill();
    }

    private void sweep() {
        if (!ports.database().leads()) {
            return;
        }
        long before = clock.millis() - settings.keep().toMillis();
        ports.database()
                .write(handle -> DeliveryRows.sweep(handle, before, settings.keepCount()))
                .onSuccess(more -> {
                    if (Objects.requireNonNull(more) && !stopped) {
                        sweep();
                    }
                })
                .onFailure(failure -> LOG.warn("event=deliveries_unswept cause=\"{}\"", failure.getMessage()));
    }
}
