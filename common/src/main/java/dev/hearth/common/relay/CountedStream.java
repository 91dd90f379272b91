package dev.hearth.common.relay;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.WriteStream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** An answer whose bytes are counted as they are written, and which may break off at any moment. */
record CountedStream(HttpServerResponse to, LongConsumer bytes) implements WriteStream<Buffer> {
    /** An answer of a closed connection throws where others fail. */
    private boolean isOver() {
        return to.closed() || to.ended();
    }

    private static <T> Future<T> brokenOff() {
        return Future.failedFuture(new HttpClosedException("the connection was closed"));
    }

    @Override
    public Future<Void> write(Buffer data) {
        if (isOver()) {
            return brokenOff();
        }
        bytes.accept(data.length());
        return to.write(data);
    }

    @Override
    public Future<Void> end() {
        return isOver() ? brokenOff() : to.end();
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int most) {
        to.setWriteQueueMaxSize(most);
        return this;
    }

    @Override
    public boolean writeQueueFull() {
        return !isOver() && to.writeQueueFull();
    }

    @Override
    public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
        if (!isOver()) {
            to.drainHandler(handler);
        }
        return this;
    }

    @Override
    public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        if (!isOver()) {
            to.exceptionHandler(handler);
        }
        return this;
    }
}
