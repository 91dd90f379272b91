package dev.hearth.common.bus;

import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.Destination;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.Revision;
import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The layout of a {@link Revision}. */
final class RevisionFields {
    private RevisionFields() {}

    static void write(BusWriter out, Revision r) {
        MessageFields.id(out, r.id().value())
                .text(r.function().namespace())
                .text(r.function().name());
        out.i32(r.number())
                .text(r.runtime())
                .text(r.image())
                .text(r.imageDigest())
                .text(r.imageSource().reference())
                .i64(r.imageSource().size().value())
                .text(r.handler());
        Code code = r.code();
        out.constant(code.form()).text(code.digest()).i64(code.size()).i64(code.unpacked());
        out.map(r.environment(), e -> out.text(e.getKey()).text(e.getValue()));
        limits(out, r.limits());
        network(out, r.network());
        out.i64(r.keepAlive().toMillis()).i32(r.minWarm()).text(r.init());
        MessageFields.labels(out, r.requires());
    }

    static Revision read(BusReader in) {
        return new Revision(
                MessageFields.revision(in),
                new FunctionName(in.text(), in.text()),
                in.i32(),
                in.text(),
                in.text(),
                in.text(),
                new ImageSource(in.text(), new Bytes(in.i64())),
                in.text(),
                new Code(in.constant(CodeForm.class), in.text(), in.i64(), in.i64()),
                in.map(in::text, in::text),
                readLimits(in),
                new Network(in.flag(), in.list(() -> Destination.parse(in.text()))),
                Duration.ofMillis(in.i64()),
                in.i32(),
                in.text(),
                MessageFields.labels(in));
    }

    private static void network(BusWriter out, Network network) {
        out.flag(network.internet()).list(network.allow(), entry -> out.text(entry.toString()));
    }

    private static void limits(BusWriter out, Limits limits) {
        out.i64(limits.timeout().toMillis()).i64(limits.init().toMillis());
        out.i64(limits.memory().value()).i64(limits.disk().value());
        out.i64(limits.ingress().value()).i64(limits.egress().value());
        out.f64(limits.cpus().orElse(0)).i32(limits.pids()).i32(limits.concurrency());
        out.i32(limits.maxContainers().orElse(0)).i32(limits.gpus().count());
    }

    private static Limits readLimits(BusReader in) {
        return new Limits(
                Duration.ofMillis(in.i64()),
                Duration.ofMillis(in.i64()),
                new Bytes(in.i64()),
                new Bytes(in.i64()),
                new Bytes(in.i64()),
                new Bytes(in.i64()),
                optional(in.f64()),
                in.i32(),
                in.i32(),
                optional(in.i32()),
                Gpus.of(in.i32()));
    }

    private static OptionalDouble optional(double value) {
        return value == 0 ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static OptionalInt optional(int value) {
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
