package dev.hearth.invoker.runtime;

import dev.hearth.invoker.docker.Engine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again and again whether the engine answers, and puts the node in order each time that it answers anew: the images
 * are asked for, the containers of before adopted or removed, the stem cells filled up.
 */
final class EngineWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);

    /** An image may be built or removed by other hands: asked for on every so many checks. */
    private static final int IMAGES_EVERY = 5;

    /** So seldom that a node asks for its containers by label; they differ from what it knows after a fault only. */
    private static final int STRAYS_EVERY = 12;

    private final Vertx vertx;
    private final Engine engine;
    private final Duration beat;
    private final Needs needs;
    private long checks;
    private long timer = -1;
    private boolean ended;

    /** Whom it tells. */
    record Needs(
            Condition condition,
            ImageKeeper images,
            Adoption adoption,
            Fleet fleet,
            NodeReport report,
            Optional<RuntimeImages> runtimes) {}

    EngineWatch(Vertx vertx, Engine engine, Duration beat, Needs needs) {
        this.vertx = vertx;
        this.engine = engine;
        this.beat = beat;
        this.needs = needs;
    }

    void begin() {
        check();
    }

    void end() {
        ended = true;
        vertx.cancelTimer(timer);
    }

    private void check() {
        Future<?> done = needs.condition().engineAnswers() ? stillThere() : backAgain();
        done.onComplete(result -> {
            if (result.failed()) {
                needs.condition()
                        .engine("the Docker Engine does not answer: "
                                + result.cause().getMessage());
                needs.report().changed();
            }
            if (!ended) {
                timer = vertx.setTimer(beat.toMillis(), ignored -> check());
            }
        });
    }

    private Future<?> stillThere() {
        checks++;
        Future<Void> answer;
        if (checks % STRAYS_EVERY == 0) {
            answer = needs.adoption().strays();
        } else {
            answer = checks % IMAGES_EVERY == 0 ? needs.images().refresh() : engine.ping();
        }
        // Stem cells whose start failed are tried again when their back-off is over.
        return answer.onSuccess(ignored -> refill());
    }

    private void refill() {
        if (!needs.condition().runtimesHere()) {
            return;
        }
        needs.fleet().apply(needs.fleet().pool().refill(Fleet.now()));
        needs.images().touch(needs.fleet().pool().images());
    }

    private void runtimesCame() {
        needs.images().refresh().onSuccess(ignored -> {
            refill();
            needs.report().beat();
        });
    }

    private Future<?> backAgain() {
        return engine.probe()
                .onSuccess(info -> LOG.info(
                        "event=engine version={} api={} cgroup={} storage={}",
                        info.version(),
                        info.apiVersion(),
                        info.cgroupVersion(),
                        info.storageDriver()))
                .onSuccess(info -> needs.images().engineIs(info.identity()))
                .compose(ignored -> engine.warmUp())
                .compose(ignored -> needs.images().refresh())
                .compose(ignored -> needs.adoption().run())
                .onSuccess(ignored -> {
                    needs.condition().started();
                    needs.condition().engine("");
                    refill();
                    needs.report().beat();
                    needs.runtimes().ifPresent(missing -> missing.fetch(this::runtimesCame));
                });
    }
}
