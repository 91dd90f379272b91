package dev.hearth.invoker.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class BlockingWorkTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(20);
    private final Vertx vertx = Vertx.vertx();
    private final BlockingWork work = new BlockingWork(vertx, "work", new BlockingWork.Bounds(2, 2));

    @AfterEach
    void close() throws TimeoutException {
        work.close();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void bringsResultAndFailureBackToTheCallersContext() throws TimeoutException {
        Promise<Boolean> same = Promise.promise();
        vertx.runOnContext(v -> {
            var context = Vertx.currentContext();
            work.run(LONG, () -> Thread.currentThread().isVirtual())
                    .compose(virtual -> virtual && Objects.equals(context, Vertx.currentContext())
                            ? work.act(LONG, () -> {
                                throw new IOException("broken");
                            })
                            : Future.failedFuture("elsewhere"))
                    .onComplete(done -> same.complete(
                            done.cause() instanceof IOException && Objects.equals(context, Vertx.currentContext())));
        });
        assertThat(same.future().await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void runsNoMoreAtOnceThanItMayAndRefusesWhatCannotWait() {
        CountDownLatch hold = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Future<?>[] calls = new Future<?>[5];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = work.act(LONG, () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                hold.await();
                running.decrementAndGet();
            });
        }
        assertThatThrownBy(() -> calls[4].await(20, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("work: 4 calls are running and waiting");
        hold.countDown();
        for (int i = 0; i < 4; i++) {
            assertThat(calls[i]).satisfies(call -> call.await(20, TimeUnit.SECONDS));
        }
        assertThat(most).hasValueBetween(1, 2);
    }

    @Test
    void failsAtTheDeadlineAndInterruptsTheThread() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Future<Void> call = work.act(SHORT, () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException late) {
                interrupted.countDown();
            }
        });
        assertThatThrownBy(() -> call.await(20, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void failsAtTheDeadlineEvenWhenTheThreadIgnoresItAndCountsItAsRunning() {
        CountDownLatch hold = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            Future<Void> stubborn = work.act(SHORT, () -> waitWhateverHappens(hold));
            assertThatThrownBy(() -> stubborn.await(20, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        }
        assertThat(work.pending()).isEqualTo(2);
        Future<Boolean> behind = work.run(SHORT, () -> true);
        assertThatThrownBy(() -> behind.await(20, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        hold.countDown();
        assertThat(work.run(LONG, () -> true))
                .satisfies(call -> assertThat(call.await(20, TimeUnit.SECONDS)).isTrue());
    }

    @Test
    void takesNothingMoreOnceClosed() {
        work.close();
        assertThatThrownBy(() -> work.run(LONG, () -> true).await(20, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("work is closed");
    }

    private static void waitWhateverHappens(CountDownLatch hold) {
        while (hold.getCount() > 0) {
            try {
                hold.await();
            } catch (InterruptedException ignored) {
                Thread.onSpinWait();
            }
        }
    }
}
