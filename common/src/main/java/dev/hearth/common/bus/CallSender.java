package dev.hearth.common.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageProducer;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends messages about calls to one address, in their order.
 *
 * <p>Between processes a message costs a write, a record of TLS and a wake-up at the other end, many times what is in it. So what
 * is sent within one turn of the event loop goes together; the busier the process, the more that is. Within one process a
 * message is handed over at once. Lives on the event loop of its sender.
 */
public final class CallSender {
    private static final int MOST = 64;

    /** Beyond that much body the costs of a message do not count. */
    private static final int SMALL = 4 * 1024;

    private final Vertx vertx;
    private final MessageProducer<BusMessage> producer;
    private List<CallMessage> waiting = new ArrayList<>();
    private Promise<Void> sent = Promise.promise();

    /** To an address of the event bus. */
    public CallSender(Vertx vertx, String address) {
        this.vertx = vertx;
        this.producer = vertx.eventBus().sender(address, BusCodec.options());
    }

    /** The future fails when nobody listens at the address. */
    public Future<Void> send(CallMessage message) {
        if (!vertx.isClustered()) {
            return producer.write(message);
        }
        if (size(message) > SMALL) {
            flush();
            return producer.write(message);
        }
        if (waiting.isEmpty()) {
            vertx.getOrCreateContext().runOnContext(ignored -> flush());
        }
        waiting.add(message);
        Future<Void> told = sent.future();
        if (waiting.size() == MOST) {
            flush();
        }
        return told;
    }

    private void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        BusMessage whole = waiting.size() == 1 ? waiting.getFirst() : new Batch(waiting);
        Promise<Void> told = sent;
        waiting = new ArrayList<>();
        sent = Promise.promise();
        producer.write(whole).onComplete(told);
    }

    private static int size(CallMessage message) {
        return switch (message) {
            case Dispatch dispatch ->
                dispatch.body().length() + dispatch.headers().length();
            case Chunk chunk -> chunk.bytes().length();
            case Outcome outcome ->
                outcome.result() instanceof CallResult.Answered answer
                        ? answer.body().length()
                        : 0;
            case Cancel _, Started _, Refused _, Credit _, Moved _ -> 0;
        };
    }

    /** Nothing is sent any more, what still waits neither; its futures stay open. */
    public void close() {
        waiting = new ArrayList<>();
        sent = Promise.promise();
        producer.close();
    }
}
