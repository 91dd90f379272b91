package dev.hearth.gateway.invocation;

import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A record in lines for people. */
final class RecordText {
    private RecordText() {}

    static String of(InvocationRecord record, JsonObject more) {
        StringBuilder out = new StringBuilder();
        line(out, "invocation", record.id());
        line(out, "function", record.callee().label());
        line(out, "state", (record.state() + " " + record.outcome()).strip());
        line(out, "submitted", RecordJson.instant(record.submittedAt()));
        line(out, "dispatched", RecordJson.instant(record.dispatchedAt()));
        line(out, "started", RecordJson.instant(record.startedAt()));
        line(out, "ended", RecordJson.instant(record.endedAt()));
        line(out, "node", record.node());
        if (record.startedAt() != 0) {
            line(out, "start", record.start());
        }
        line(out, "timeline", timeline(record.timings()));
        line(out, "bytes", record.bytesIn() + " in, " + record.bytesOut() + " out");
        if (record.callee().networked()) {
            Traffic network = record.network();
            line(out, "network", network.received() + " bytes in, " + network.sent() + " out");
        }
        line(out, "billed", String.format(Locale.ROOT, "%.6f GB-seconds", record.gbSeconds()));
        record.failure().ifPresent(failure -> {
            line(out, "cause", failure.code() + ": " + failure.message());
            failure.logTail().forEach(text -> line(out, "log", text));
        });
        line(out, "why", record.why());
        MoreText.of(more, (name, value) -> line(out, name, value));
        return out.toString();
    }

    private static String timeline(Timings t) {
        return String.format(
                Locale.ROOT,
                "place %.3f ms, image %.3f ms, start %.3f ms, init %.3f ms, run %.3f ms",
                t.place() / 1000.0,
                t.image() / 1000.0,
                t.start() / 1000.0,
                t.init() / 1000.0,
                t.run() / 1000.0);
    }

    private static void line(StringBuilder out, String name, @Nullable Object value) {
        String text = Objects.toString(value, "");
        if (!text.isEmpty()) {
            out.append(String.format(Locale.ROOT, "%-12s%s\n", name, text));
        }
    }
}
