package dev.hearth.invoker.network;

import dev.hearth.common.function.Ipv4Block;
import dev.hearth.invoker.names.Found;
import dev.hearth.invoker.names.Question;
import dev.hearth.invoker.names.Question.Verdict;
import dev.hearth.invoker.names.Resolver;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name server of functions with a fence: knows the names of their lists and no other, and opens the addresses that it
 * answers with before it answers.
 *
 * <p>So a function reaches exactly what it was told, for as long as it was told, and a name that leads to a special or denied
 * address leads nowhere. Who asks is known by the address of the link, which the kernel has checked. Lives on one event loop.
 */
final class NameServer {
    private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);

    /** The share of one container in network.lookups. */
    private static final int SHARE = 8;

    private final NetworkSettings settings;
    private final Fences fences;
    private final Resolver resolver;
    private final DatagramSocket socket;
    private int lookups;
    private int port;

    NameServer(Vertx vertx, NetworkSettings settings, Fences fences) {
        this.settings = settings;
        this.fences = fences;
        resolver = new Resolver(vertx, settings.bounds().lookup());
        socket = vertx.createDatagramSocket(new DatagramSocketOptions());
    }

    /** Listens at an address of this machine; answers with the port. */
    Future<Integer> listen() {
        if (port != 0) {
            return Future.succeededFuture(port);
        }
        socket.handler(this::heard);
        socket.exceptionHandler(fault -> LOG.debug("event=name_server_fault reason=\"{}\"", fault.getMessage()));
        return socket.listen(0, settings.nameServer()).map(open -> {
            port = open.localAddress().port();
            return port;
        });
    }

    private void heard(DatagramPacket packet) {
        Link link = fences.link(packet.sender().hostAddress());
        Fence fence = link == null ? null : fences.of(link);
        if (link == null || fence == null) {
            return;
        }
        Question.read(packet.data())
                .ifPresent(question -> answer(link, fence, question)
                        .onSuccess(answer -> socket.send(
                                answer, packet.sender().port(), packet.sender().hostAddress())));
    }

    private Future<Buffer> answer(Link link, Fence fence, Question question) {
        if (!fence.covers(question.name())) {
            return Future.succeededFuture(question.answer(Verdict.NO_SUCH_NAME, List.of(), 0));
        }
        if (question.type() != Question.ADDRESS) {
            return Future.succeededFuture(question.answer(Verdict.FOUND, List.of(), 0));
        }
        int bound = settings.bounds().lookups();
        if (lookups >= bound || !fence.begin(Math.max(1, bound / SHARE))) {
            return Future.succeededFuture(question.answer(Verdict.FAILED, List.of(), 0));
        }
        lookups++;
        List<String> servers =
                fences.resolvers().stream().map(one -> one.address(0)).toList();
        return resolver.find(question.name(), servers)
                .compose(found -> opened(link, fence, question, found))
                .onComplete(done -> {
                    lookups--;
                    fence.end();
                });
    }

    private Future<Buffer> opened(Link link, Fence fence, Question question, Found found) {
        List<Ipv4Block> addresses = found.addresses().stream()
                .map(number -> new Ipv4Block(number, 32))
                .filter(this::isFree)
                .toList();
        NetworkSettings.Bounds bounds = settings.bounds();
        long held = Math.clamp(
                found.seconds(), bounds.least().toSeconds(), bounds.most().toSeconds());
        Buffer answer = question.answer(
                found.verdict(), addresses.stream().map(Ipv4Block::base).toList(), Math.min(found.seconds(), held));
        long until = System.nanoTime() / 1_000_000 + held * 1_000;
        boolean changed = fence.open(question.name(), addresses, until);
        // What another lookup opened a moment ago may still be on its way into the kernel.
        return (changed ? fences.changed(link) : fences.settled())
                .map(answer)
                .otherwise(fault -> question.answer(Verdict.FAILED, List.of(), 0));
    }

    private boolean isFree(Ipv4Block address) {
        return !address.isSpecial() && settings.denied().stream().noneMatch(block -> block.contains(address));
    }

    void close() {
        socket.close();
    }
}
