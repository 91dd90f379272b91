package dev.hearth.common.bus;

import dev.hearth.common.bus.CallResult.Answered;
import dev.hearth.common.bus.CallResult.Failed;
import dev.hearth.common.bus.NodeStatus.Gauge;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.Ran;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.Destination;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.common.units.Bytes;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Makes messages of every type with random fields, the same ones for the same seed. */
final class AnyMessage {
    private final Random random;

    AnyMessage(long seed) {
        this.random = new Random(seed);
    }

    /** One of each type of message. */
    List<BusMessage> oneOfEach() {
        return List.of(
                new Dispatch(
                        invocation(),
                        i32(),
                        i64(),
                        text(),
                        revisionId(),
                        i64(),
                        i64(),
                        text(),
                        bytes(),
                        i64(),
                        bytes(),
                        flag()),
                new Started(invocation(), i32(), text(), any(StartKind.values()), i64()),
                new Refused(invocation(), i32(), i64(), text(), text()),
                new Outcome(
                        invocation(),
                        i32(),
                        i64(),
                        text(),
                        result(),
                        any(StartKind.values()),
                        timings(),
                        i64(),
                        text()),
                new Chunk(invocation(), i32(), bytes(), any(Chunk.End.values())),
                new Credit(invocation(), i32(), i32()),
                new Moved(invocation(), i32(), new Traffic(i64(), i64())),
                nodeStatus(),
                new RevisionQuery(revisionId()),
                new RevisionReply(flag() ? Optional.of(revision()) : Optional.empty()),
                new RevisionGone(revisionId()),
                new CodeQuery(text(), i64()),
                new CodeReply(i64(), bytes()),
                new LogQuery(invocation(), i32(), i32(), flag()),
                new LogReply(flag(), flag(), i64(), list(() -> new LogReply.Line(i64(), flag(), text()))),
                new ContainersQuery(),
                new ContainersReply(
                        list(() -> new ContainersReply.Entry(text(), text(), text(), text(), i64(), i64(), i64()))),
                new ImageFetch(text(), text(), text(), text()),
                new ImageOffer(text(), text()),
                new ImageAhead(text(), text(), text()),
                new ImageReply(text(), flag(), i64()),
                new ImageCame(text(), text(), i64()),
                new ImagesQuery(),
                new ImagesReply(list(() -> new ImagesReply.Entry(text(), i64(), text(), flag(), i32(), i64()))),
                new Cancel(invocation(), i32()),
                new UsageReport(text(), i64(), i64(), list(this::used)),
                new UsageReply(i64()),
                new HeadBeat(text(), i64()),
                new Batch(list(() -> new Credit(invocation(), i32(), i32()))),
                new BeatEcho(text(), i64(), i64(), list(() -> new BeatEcho.Held(invocation(), i32()))),
                new GivenUp(text()),
                new Cleared(text(), i64()));
    }

    private UsageReport.Entry used() {
        return new UsageReport.Entry(revisionId(), function(), i64(), i64());
    }

    private FunctionName function() {
        return new FunctionName(any("default", "team"), any("f", "hello-world", "a".repeat(63)));
    }

    private CallResult result() {
        return flag()
                ? new Answered(head(), text(), i64(), bytes(), flag())
                : new Failed(new Failure(
                        any(ErrorCode.values()), text(), text(), text(), list(this::text), any(Ran.values())));
    }

    private AnswerHead head() {
        return flag() ? AnswerHead.PLAIN : new AnswerHead(200 + random.nextInt(400), bytes());
    }

    private NodeStatus nodeStatus() {
        return new NodeStatus(
                text(),
                i64(),
                i64(),
                flag(),
                text(),
                i32(),
                gauge(),
                gauge(),
                gauge(),
                gauge(),
                random.nextLong(),
                map(this::text, this::i32),
                map(this::revisionId, this::i32),
                map(this::text, this::i32),
                list(this::text),
                labels(),
                gauge(),
                text());
    }

    private Revision revision() {
        return new Revision(
                revisionId(),
                function(),
                i32(),
                any("python3", "nodejs", "hearth", "http"),
                text(),
                text(),
                new ImageSource(text(), Bytes.ofMiB(random.nextInt(1_000_000))),
                text(),
                new Code(any(CodeForm.values()), text(), i64(), i64()),
                map(this::text, this::text),
                limits(),
                any(Network.NONE, Network.INTERNET, fenced()),
                Duration.ofMillis(random.nextInt(1_000_000)),
                i32(),
                text(),
                labels());
    }

    private NodeLabels labels() {
        return any(
                NodeLabels.NONE, NodeLabels.parse(List.of("zone=a")), NodeLabels.parse(List.of("gpu=true", "zone=b")));
    }

    private static Network fenced() {
        return Network.only(List.of(Destination.parse("*.example.org:443"), Destination.parse("203.0.113.0/24")));
    }

    private Limits limits() {
        return new Limits(
                Duration.ofMillis(1 + random.nextInt(86_400_000)),
                Duration.ofMillis(1 + random.nextInt(600_000)),
                Bytes.ofMiB(16 + random.nextInt(100_000)),
                Bytes.ofMiB(1 + random.nextInt(100_000)),
                Bytes.ofKiB(random.nextInt(1 << 20)),
                Bytes.ofKiB(random.nextInt(1 << 20)),
                flag() ? OptionalDouble.of(0.01 + random.nextInt(1000)) : OptionalDouble.empty(),
                8 + random.nextInt(1000),
                1 + random.nextInt(1000),
                flag() ? OptionalInt.of(1 + random.nextInt(1000)) : OptionalInt.empty(),
                any(Gpus.NONE, Gpus.ALL, Gpus.of(3)));
    }

    private Timings timings() {
        return new Timings(i64(), i64(), i64(), i64(), i64());
    }

    private Gauge gauge() {
        return new Gauge(i64(), i64());
    }

    private InvocationId invocation() {
        return new InvocationId(new SortableId(i64(), i64()));
    }

    private RevisionId revisionId() {
        return new RevisionId(new SortableId(i64(), i64()));
    }

    private String text() {
        return any(
                "", "x", "text/plain; charset=utf-8", "Grüße, 世界 🌍", "line\nline\0", "l".repeat(random.nextInt(3000)));
    }

    private Buffer bytes() {
        byte[] bytes = new byte[any(0, 1, 100, BusAddress.INLINE)];
        random.nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    private int i32() {
        return random.nextInt();
    }

    private long i64() {
        return random.nextLong();
    }

    private boolean flag() {
        return random.nextBoolean();
    }

    private <T> List<T> list(Supplier<T> each) {
        return Stream.generate(each).limit(random.nextInt(4)).toList();
    }

    private <K, V> Map<K, V> map(Supplier<K> key, Supplier<V> value) {
        Map<K, V> map = new HashMap<>();
        list(key).forEach(k -> map.put(k, value.get()));
        return map;
    }

    @SafeVarargs
    private <T> T any(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
