package dev.hearth.common.bus;

import dev.hearth.common.bus.NodeStatus.Gauge;

/** The layout of {@link NodeStatus}, {@link ContainersReply} and {@link ImagesReply}. */
final class NodeFields {
    private NodeFields() {}

    static void write(BusWriter out, NodeStatus status) {
        out.text(status.node()).i64(status.epoch()).i64(status.sequence());
        out.flag(status.ready()).text(status.reason()).i32(status.cores());
        gauge(out, status.slots());
        gauge(out, status.memory());
        gauge(out, status.scratch());
        gauge(out, status.disk());
        out.i64(status.imageRoom());
        out.map(status.containers(), e -> out.text(e.getKey()).i32(e.getValue()));
        out.map(status.idle(), e -> MessageFields.id(out, e.getKey().value()).i32(e.getValue()));
        out.map(status.stems(), e -> out.text(e.getKey()).i32(e.getValue()));
        out.list(status.images(), out::text);
        MessageFields.labels(out, status.labels());
        gauge(out, status.gpus());
        out.text(status.monitor());
    }

    static NodeStatus readStatus(BusReader in) {
        return new NodeStatus(
                in.text(),
                in.i64(),
                in.i64(),
                in.flag(),
                in.text(),
                in.i32(),
                readGauge(in),
                readGauge(in),
                readGauge(in),
                readGauge(in),
                in.i64(),
                in.map(in::text, in::i32),
                in.map(() -> MessageFields.revision(in), in::i32),
                in.map(in::text, in::i32),
                in.list(in::text),
                MessageFields.labels(in),
                readGauge(in),
                in.text());
    }

    static void write(BusWriter out, ContainersReply reply) {
        out.list(
                reply.containers(),
                e -> out.text(e.id())
                        .text(e.state())
                        .text(e.runtime())
                        .text(e.function())
                        .i64(e.memory())
                        .i64(e.calls())
                        .i64(e.since()));
    }

    static ContainersReply readContainers(BusReader in) {
        return new ContainersReply(in.list(() ->
                new ContainersReply.Entry(in.text(), in.text(), in.text(), in.text(), in.i64(), in.i64(), in.i64())));
    }

    static void write(BusWriter out, ImagesReply reply) {
        out.list(
                reply.images(),
                e -> out.text(e.image())
                        .i64(e.size())
                        .text(e.state())
                        .flag(e.evictable())
                        .i32(e.containers())
                        .i64(e.lastUse()));
    }

    static ImagesReply readImages(BusReader in) {
        return new ImagesReply(
                in.list(() -> new ImagesReply.Entry(in.text(), in.i64(), in.text(), in.flag(), in.i32(), in.i64())));
    }

    private static void gauge(BusWriter out, Gauge gauge) {
        out.i64(gauge.capacity()).i64(gauge.used());
    }

    private static Gauge readGauge(BusReader in) {
        return new Gauge(in.i64(), in.i64());
    }
}
