package dev.hearth.common.bus;

import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Traffic;
import java.util.Optional;

/** The layout of every message: a type byte, then its fields in the order of the record. */
final class MessageFields {
    private MessageFields() {}

    static void write(BusWriter out, BusMessage message) {
        switch (message) {
            case Dispatch m -> {
                call(out.u8(1), m).i64(m.epoch()).text(m.replyTo());
                id(out, m.revision().value()).i64(m.startBudgetMillis()).i64(m.timeoutMillis());
                out.text(m.contentType());
                out.bytes(m.headers()).i64(m.bodyLength()).bytes(m.body()).flag(m.more());
            }
            case Started m ->
                call(out.u8(2), m).text(m.node()).constant(m.start()).i64(m.startedAt());
            case Refused m -> call(out.u8(3), m).i64(m.epoch()).text(m.node()).text(m.reason());
            case Outcome m -> OutcomeFields.write(call(out.u8(4), m), m);
            case Chunk m -> call(out.u8(5), m).bytes(m.bytes()).constant(m.end());
            case Credit m -> call(out.u8(6), m).i32(m.bytes());
            case Moved m ->
                call(out.u8(17), m).i64(m.traffic().received()).i64(m.traffic().sent());
            case NodeStatus m -> NodeFields.write(out.u8(7), m);
            case RevisionQuery m -> id(out.u8(8), m.id().value());
            case RevisionReply m -> {
                out.u8(9).flag(m.revision().isPresent());
                m.revision().ifPresent(revision -> RevisionFields.write(out, revision));
            }
            case RevisionGone m -> id(out.u8(10), m.id().value());
            case CodeQuery m -> out.u8(11).text(m.digest()).i64(m.offset());
            case CodeReply m -> out.u8(12).i64(m.total()).bytes(m.bytes());
            case LogQuery m ->
                id(out.u8(13), m.id().value())
                        .i32(m.attempt())
                        .i32(m.fromLine())
                        .flag(m.unfinished());
            case LogReply m ->
                out.u8(14)
                        .flag(m.known())
                        .flag(m.ended())
                        .i64(m.dropped())
                        .list(
                                m.lines(),
                                line -> out.i64(line.micros())
                                        .flag(line.stderr())
                                        .text(line.text()));
            case ContainersQuery m -> out.u8(15);
            case ContainersReply m -> NodeFields.write(out.u8(16), m);
            case ImageFetch m ->
                out.u8(18)
                        .text(m.image())
                        .text(m.reference())
                        .text(m.namespace())
                        .text(m.engine());
            case ImageReply m -> out.u8(19).text(m.fault()).flag(m.fetched()).i64(m.size());
            case ImageCame m -> out.u8(20).text(m.image()).text(m.reference()).i64(m.size());
            case ImagesQuery m -> out.u8(21);
            case ImagesReply m -> NodeFields.write(out.u8(22), m);
            case Cancel m -> call(out.u8(23), m);
            case UsageReport m -> UsageFields.write(out.u8(24), m);
            case ImageOffer m -> out.u8(30).text(m.image()).text(m.name());
            case ImageAhead m -> out.u8(31).text(m.image()).text(m.reference()).text(m.namespace());
            case UsageReply m -> out.u8(25).i64(m.sequence());
            case HeadBeat m -> out.u8(26).text(m.gateway()).i64(m.beat());
            case BeatEcho m ->
                out.u8(27)
                        .text(m.node())
                        .i64(m.epoch())
                        .i64(m.beat())
                        .list(m.calls(), held -> id(out, held.id().value()).i32(held.attempt()));
            case GivenUp m -> out.u8(28).text(m.gateway());
            case Batch m -> out.u8(32).list(m.calls(), call -> write(out, call));
            case Cleared m -> out.u8(29).text(m.node()).i64(m.epoch());
        }
    }

    static BusMessage read(BusReader in) {
        int type = in.u8();
        return switch (type) {
            case 1 ->
                new Dispatch(
                        invocation(in),
                        in.i32(),
                        in.i64(),
                        in.text(),
                        revision(in),
                        in.i64(),
                        in.i64(),
                        in.text(),
                        in.bytes(),
                        in.i64(),
                        in.bytes(),
                        in.flag());
            case 2 -> new Started(invocation(in), in.i32(), in.text(), in.constant(StartKind.class), in.i64());
            case 3 -> new Refused(invocation(in), in.i32(), in.i64(), in.text(), in.text());
            case 4 -> OutcomeFields.read(in);
            case 5 -> new Chunk(invocation(in), in.i32(), in.bytes(), in.constant(Chunk.End.class));
            case 6 -> new Credit(invocation(in), in.i32(), in.i32());
            case 7 -> NodeFields.readStatus(in);
            case 8 -> new RevisionQuery(revision(in));
            case 9 -> new RevisionReply(in.flag() ? Optional.of(RevisionFields.read(in)) : Optional.empty());
            case 10 -> new RevisionGone(revision(in));
            case 11 -> new CodeQuery(in.text(), in.i64());
            case 12 -> new CodeReply(in.i64(), in.bytes());
            case 13 -> new LogQuery(invocation(in), in.i32(), in.i32(), in.flag());
            case 14 ->
                new LogReply(
                        in.flag(),
                        in.flag(),
                        in.i64(),
                        in.list(() -> new LogReply.Line(in.i64(), in.flag(), in.text())));
            case 15 -> new ContainersQuery();
            case 16 -> NodeFields.readContainers(in);
            case 17 -> new Moved(invocation(in), in.i32(), new Traffic(in.i64(), in.i64()));
            case 18 -> new ImageFetch(in.text(), in.text(), in.text(), in.text());
            case 19 -> new ImageReply(in.text(), in.flag(), in.i64());
            case 20 -> new ImageCame(in.text(), in.text(), in.i64());
            case 21 -> new ImagesQuery();
            case 22 -> NodeFields.readImages(in);
            case 23 -> new Cancel(invocation(in), in.i32());
            case 24 -> UsageFields.read(in);
            case 25 -> new UsageReply(in.i64());
            case 26 -> new HeadBeat(in.text(), in.i64());
            case 27 ->
                new BeatEcho(in.text(), in.i64(), in.i64(), in.list(() -> new BeatEcho.Held(invocation(in), in.i32())));
            case 28 -> new GivenUp(in.text());
            case 29 -> new Cleared(in.text(), in.i64());
            case 30 -> new ImageOffer(in.text(), in.text());
            case 31 -> new ImageAhead(in.text(), in.text(), in.text());
            case 32 -> new Batch(in.list(() -> callMessage(in)));
            default -> throw new IllegalArgumentException("unknown bus message type " + type);
        };
    }

    private static CallMessage callMessage(BusReader in) {
        if (read(in) instanceof CallMessage call) {
            return call;
        }
        throw new IllegalArgumentException("a batch has a message in it that is about no call");
    }

    static BusWriter id(BusWriter out, SortableId id) {
        return out.i64(id.high()).i64(id.low());
    }

    static InvocationId invocation(BusReader in) {
        return new InvocationId(new SortableId(in.i64(), in.i64()));
    }

    static RevisionId revision(BusReader in) {
        return new RevisionId(new SortableId(in.i64(), in.i64()));
    }

    static void labels(BusWriter out, NodeLabels labels) {
        out.map(labels.pairs(), e -> out.text(e.getKey()).text(e.getValue()));
    }

    static NodeLabels labels(BusReader in) {
        return NodeLabels.of(in.map(in::text, in::text));
    }

    private static BusWriter call(BusWriter out, CallMessage message) {
        return id(out, message.id().value()).i32(message.attempt());
    }
}
