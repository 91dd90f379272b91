package dev.hearth.gateway.cluster;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImagesQuery;
import dev.hearth.common.bus.ImagesReply;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks all nodes how images stand there.
 *
 * @param context the event loop that owns the nodes
 */
public record NodeImages(Vertx vertx, Context context, Nodes nodes) {

    /** What the nodes said; one that did not answer is left out. */
    record Said(Collection<Nodes.Heard> nodes, Map<String, ImagesReply> images) {
        /** Of an image by its id, and of a runtime's by its reference. */
        List<ImagesReply.Entry> of(String id, String reference) {
            return images.values().stream()
                    .flatMap(reply -> reply.images().stream())
                    .filter(entry -> entry.image().equals(id) || entry.image().equals(reference))
                    .toList();
        }
    }

    Future<Said> ask() {
        Promise<Said> said = Promise.promise();
        context.runOnContext(ignored -> {
            Collection<Nodes.Heard> all = nodes.all();
            Map<String, ImagesReply> images = new TreeMap<>();
            List<Future<?>> answers = new ArrayList<>();
            for (Nodes.Heard one : all) {
                String node = one.status().node();
                answers.add(vertx.eventBus()
                        .<BusMessage>request(BusAddress.invoker(node), new ImagesQuery(), BusCodec.options())
                        .onSuccess(answer -> {
                            if (answer.body() instanceof ImagesReply reply) {
                                images.put(node, reply);
                            }
                        }));
            }
            Future.join(answers).onComplete(done -> said.complete(new Said(all, images)));
        });
        return said.future();
    }
}
