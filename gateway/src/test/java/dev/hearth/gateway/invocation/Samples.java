package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.bus.NodeStatus.Gauge;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Calls, a function and a node that tests are made of. */
final class Samples {
    static final Revision REVISION = new Revision(
            new RevisionId(new SortableId(2, 1)),
            FunctionName.inDefault("f"),
            1,
            "python3",
            "hearth/python3",
            "sha256:0",
            ImageSource.NONE,
            "",
            Code.NONE,
            Map.of(),
            Limits.DEFAULT,
            Network.NONE,
            Duration.ofMinutes(1),
            0,
            "",
            NodeLabels.NONE);

    private Samples() {}

    static InvocationId id(int number) {
        return new InvocationId(new SortableId(1, number));
    }

    static NewCall call(int number, Responder responder) {
        return call(number, Buffer.buffer("event"), responder);
    }

    static NewCall call(int number, Buffer body, Responder responder) {
        return new NewCall(id(number), REVISION, "text/plain", Buffer.buffer(), body, 60_000, responder);
    }

    /** Of a function that requires a label of its nodes. */
    static NewCall requiring(int number, String label, long queueMillis, Responder responder) {
        Revision r = REVISION;
        Revision requiring = new Revision(
                r.id(),
                r.function(),
                1,
                r.runtime(),
                r.image(),
                r.imageDigest(),
                r.imageSource(),
                r.handler(),
                r.code(),
                r.environment(),
                r.limits(),
                r.network(),
                r.keepAlive(),
                r.minWarm(),
                r.init(),
                NodeLabels.parse(List.of(label)));
        return new NewCall(
                id(number), requiring, "text/plain", Buffer.buffer(), Buffer.buffer(), queueMillis, responder);
    }

    static NodeStatus node(long sequence, boolean ready, int slots) {
        Gauge room = new Gauge(1L << 40, 0);
        return new NodeStatus(
                "n",
                1,
                sequence,
                ready,
                ready ? "" : "the engine hangs",
                2,
                new Gauge(slots, 0),
                room,
                room,
                room,
                room.capacity(),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                NodeLabels.NONE,
                new Gauge(0, 0),
                "");
    }
}
