package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.LogReply;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.gateway.http.Accept;
import dev.hearth.gateway.http.ErrorAnswer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that follow logs: each is sent further lines at a steady beat, until the invocation has ended.
 *
 * <p>A client that reads slowly is asked for no more than it takes: the next lines are fetched when the last are out. The
 * last lines of a call may come after its outcome, so the log is read once more when the record says that it is over.
 */
final class LogFollowers {
    /** A log. */
    @FunctionalInterface
    interface Source {
        /** The lines from this one on, with what has no line feed yet if that is asked for. */
        Future<LogReply> from(int line, boolean unfinished);
    }

    private final Vertx vertx;
    private final Duration beat;
    private final int most;
    private final AtomicInteger now = new AtomicInteger();

    LogFollowers(Vertx vertx, Duration beat, int most) {
        this.vertx = vertx;
        this.beat = beat;
        this.most = most;
    }

    /** Answers the request line by line. */
    void follow(HttpServerRequest request, Source source) {
        if (now.incrementAndGet() > most) {
            now.decrementAndGet();
            ErrorAnswer.of(
                            ErrorCode.TOO_MANY_REQUESTS,
                            most + " clients follow logs already (records.followers): read the log without follow")
                    .send(request);
            return;
        }
        new Follower(request, source).begin();
    }

    private final class Follower {
        private final HttpServerResponse response;
        private final Source source;
        private final boolean people;
        private int sent;
        private boolean over;
        private boolean left;

        Follower(HttpServerRequest request, Source source) {
            this.response = request.response();
            this.source = source;
            this.people = Accept.text(request);
        }

        void begin() {
            response.endHandler(ignored -> leave());
            response.closeHandler(ignored -> leave());
            // Who went away while the record was looked for has been told of to nobody, or the write is the first to
            // know.
            if (response.closed()) {
                leave();
                return;
            }
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, people ? "text/plain; charset=utf-8" : "application/x-ndjson")
                    .writeHead()
                    .onFailure(gone -> leave());
            fetch();
        }

        private void leave() {
            if (!left) {
                left = true;
                now.decrementAndGet();
            }
        }

        private void fetch() {
            if (response.closed()) {
                leave();
            }
            if (!left) {
                source.from(sent, over).onComplete(this::got, this::failed);
            }
        }

        private void got(LogReply log) {
            if (left) {
                return;
            }
            sent += log.lines().size();
            boolean last = over;
            over = log.ended();
            if (last) {
                response.end(people ? RecordJson.text(log) : RecordJson.lines(log));
            } else if (log.lines().isEmpty()) {
                vertx.setTimer(beat.toMillis(), ignored -> fetch());
            } else {
                // The log that was dropped is told once, at the end.
                LogReply lines = new LogReply(true, false, 0, log.lines());
                response.write(people ? RecordJson.text(lines) : RecordJson.lines(lines))
                        .onComplete(ignored -> vertx.setTimer(beat.toMillis(), again -> fetch()), gone -> leave());
            }
        }

        private void failed(Throwable cause) {
            if (!left) {
                Failure failure = ErrorAnswer.of(cause).failure();
                response.end(people ? failure.code() + ": " + failure.message() + "\n" : RecordJson.line(failure));
            }
        }
    }
}
