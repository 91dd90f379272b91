package dev.hearth.invoker.names;

import dev.hearth.invoker.names.Question.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * Asks name servers for addresses, one after the other until one knows.
 *
 * <p>Each question has a socket and a number of its own, both drawn at random, so that nobody who does not see it can answer it.
 */
public final class Resolver {
    private static final int PORT = 53;
    private static final int NUMBERS = 1 << 16;

    private final Vertx vertx;
    private final Duration patience;
    private final SecureRandom random = new SecureRandom();

    /**
     * Asks nobody yet.
     *
     * @param patience for one name, all servers together
     */
    public Resolver(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    /** What the first of them says that answers; never fails. */
    public Future<Found> find(String name, List<String> servers) {
        Future<Found> found = Future.succeededFuture(new Found(Verdict.FAILED, List.of(), 0));
        long share = Math.max(1, patience.toMillis() / Math.max(1, servers.size()));
        for (String server : servers) {
            found = found.compose(before ->
                    before.verdict() == Verdict.FAILED ? ask(name, server, share) : Future.succeededFuture(before));
        }
        return found;
    }

    private Future<Found> ask(String name, String server, long millis) {
        Buffer question = Question.ask(random.nextInt(NUMBERS), name);
        DatagramSocket socket = vertx.createDatagramSocket(new DatagramSocketOptions());
        Promise<Found> promise = Promise.promise();
        socket.handler(packet -> heard(packet, question, server, promise));
        socket.listen(0, "0.0.0.0")
                .compose(ready -> ready.send(question, PORT, server))
                .onFailure(promise::tryFail);
        long timer = vertx.setTimer(millis, late -> promise.tryFail("no answer"));
        return promise.future()
                .otherwise(fault -> new Found(Verdict.FAILED, List.of(), 0))
                .onComplete(done -> {
                    vertx.cancelTimer(timer);
                    socket.close();
                });
    }

    private static void heard(DatagramPacket packet, Buffer question, String server, Promise<Found> promise) {
        if (packet.sender().port() == PORT && packet.sender().hostAddress().equals(server)) {
            Found.read(packet.data(), question).ifPresent(promise::tryComplete);
        }
    }
}
