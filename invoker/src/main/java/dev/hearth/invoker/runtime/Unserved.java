package dev.hearth.invoker.runtime;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.PoolEffect.Fail;
import dev.hearth.invoker.pool.PoolEffect.ImageFailed;
import dev.hearth.invoker.pool.PoolEffect.Refuse;
import dev.hearth.invoker.pool.RemovalReason;
import java.util.HashMap;
import java.util.Map;

/** Tells the gateways of attempts that end without having had a container. */
final class Unserved {
    private final Attempts attempts;
    private final Map<ContainerId, Failure> initFailures = new HashMap<>();
    private final Fleet.Outbox outbox;
    private final String node;
    private final ImageKeeper images;

    /** Of these attempts, which it takes those from that end. */
    Unserved(Attempts attempts, Fleet.Outbox outbox, String node, ImageKeeper images) {
        this.attempts = attempts;
        this.outbox = outbox;
        this.node = node;
        this.images = images;
    }

    /** The container could not load its code: calls that it was started for are told why. */
    void initFailed(ContainerId container, Failure failure) {
        initFailures.put(container, failure);
    }

    void removed(ContainerId container) {
        initFailures.remove(container);
    }

    void imageFailed(ImageFailed effect) {
        Attempt attempt = attempts.find(effect.call());
        if (attempt != null) {
            leaves(attempt, Failure.before(ErrorCode.IMAGE_PULL_FAILED, effect.reason()));
        }
    }

    void refuse(Refuse refuse) {
        Attempt attempt = attempts.take(refuse.call());
        if (attempt != null) {
            outbox.tell(attempt, attempt.refused(node, refuse.reason()));
        }
    }

    void fail(Fail fail) {
        Attempt attempt = attempts.take(fail.call());
        Failure known = initFailures.get(fail.container());
        if (attempt == null) {
            return;
        }
        ErrorCode code = fail.why() == RemovalReason.START_FAILED ? ErrorCode.NO_CAPACITY : ErrorCode.INIT_FAILED;
        String message = "no container for " + attempt.revision.label() + ": " + fail.reason();
        Failure failure = known != null ? known : Failure.before(code, message);
        outbox.tell(attempt, attempt.fails(node, failure));
    }

    /** No container was had in time. */
    void gaveUp(Attempt attempt) {
        leaves(attempt, attempt.gaveUp(node, images.fetches()));
    }

    /** Nobody wants it any more. */
    void cancelled(Attempt attempt) {
        leaves(attempt, attempt.cancelledInTime(node));
    }

    private void leaves(Attempt attempt, Failure failure) {
        attempts.forget(attempt);
        attempt.fetched(images.fetches());
        outbox.tell(attempt, attempt.fails(node, failure));
    }
}
