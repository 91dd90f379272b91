package dev.hearth.invoker.runtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Tells when all that a container's calls wrote has been read.
 *
 * <p>Results and lines come over two connections, so lines can come behind their call's result. A bridge that is asked for
 * figures sends first what stands in the pipes. One question is under way at a time; who asks meanwhile waits for the next
 * one, which is sent behind the end of his call.
 */
final class LastLines {
    /** Numbers of questions, which no call has: calls are numbered from 1. */
    private static final long FIRST = -1;

    private final LongPredicate ask;
    private List<Promise<Void>> asked = new ArrayList<>();
    private List<Promise<Void>> next = new ArrayList<>();
    private long nonce = FIRST;
    private boolean over;

    /** Of a container; {@code ask} sends the question with that number and says whether there is a way to. */
    LastLines(LongPredicate ask) {
        this.ask = ask;
    }

    /** Completes when every line has come that calls which are over have written. */
    Future<Void> in() {
        if (over) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        if (asked.isEmpty()) {
            asked.add(promise);
            send();
        } else {
            next.add(promise);
        }
        return promise.future();
    }

    private void send() {
        if (!ask.test(nonce)) {
            complete();
        }
    }

    /** The bridge has answered. */
    void answered(long number) {
        if (number != nonce || asked.isEmpty()) {
            return;
        }
        nonce--;
        List<Promise<Void>> done = asked;
        asked = next;
        next = new ArrayList<>();
        if (!asked.isEmpty()) {
            send();
        }
        done.forEach(Promise::complete);
    }

    /** Nothing comes any more: the bridge has said its last word, or its connection is at its end. */
    void end() {
        over = true;
        complete();
    }

    private void complete() {
        List<Promise<Void>> done = new ArrayList<>(asked);
        done.addAll(next);
        asked = new ArrayList<>();
        next = new ArrayList<>();
        done.forEach(Promise::tryComplete);
    }
}
