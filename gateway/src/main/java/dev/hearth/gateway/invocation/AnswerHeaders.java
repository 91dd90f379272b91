package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.AnswerHead;
import dev.hearth.common.invocation.Timings;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;

/** The headers that every answer of an invocation carries. */
public final class AnswerHeaders {
    private static final CharSequence ID = HttpHeaders.createOptimized("Hearth-Invocation-Id");
    private static final CharSequence START = HttpHeaders.createOptimized("Hearth-Start");
    private static final CharSequence NODE = HttpHeaders.createOptimized("Hearth-Node");
    private static final CharSequence TIMING = HttpHeaders.createOptimized("Server-Timing");

    /** Headers that are this server's to say. */
    private static final Set<String> KEPT = Set.of(
            "alt-svc",
            "clear-site-data",
            "connection",
            "content-length",
            "content-type",
            "keep-alive",
            "proxy-authenticate",
            "proxy-connection",
            "server-timing",
            "service-worker-allowed",
            "strict-transport-security",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private AnswerHeaders() {}

    /** What the function's own server said, but for what belongs to this connection or would hold for this whole server. */
    public static void give(HttpServerResponse response, AnswerHead head) {
        response.setStatusCode(head.status());
        head.forEach((name, value) -> {
            if (!KEPT.contains(name) && !name.startsWith("hearth-")) {
                response.headers().add(name, value);
            }
        });
    }

    /** Whether HTTP has no body with that status. */
    public static boolean bodiless(AnswerHead head) {
        return head.status() == 204 || head.status() == 304;
    }

    public static void describe(MultiMap headers, InvocationRecord record) {
        headers.set(ID, record.id().toString());
        if (record.node().isEmpty()) {
            return;
        }
        headers.set(NODE, record.node());
        headers.set(TIMING, serverTiming(record));
        if (record.startedAt() != 0) {
            headers.set(START, record.start().toString());
        }
    }

    /** W3C Server-Timing, durations in milliseconds with microsecond digits. */
    private static String serverTiming(InvocationRecord record) {
        Timings t = record.timings();
        StringBuilder out = new StringBuilder(96);
        metric(out, "queue", Math.max(0, record.dispatchedAt() - record.submittedAt()) * 1000);
        metric(out, "place", t.place());
        metric(out, "image", t.image());
        metric(out, "start", t.start());
        metric(out, "init", t.init());
        metric(out, "run", t.run());
        return out.toString();
    }

    private static void metric(StringBuilder out, String name, long micros) {
        if (micros <= 0) {
            return;
        }
        if (!out.isEmpty()) {
            out.append(", ");
        }
        out.append(name).append(";dur=").append(micros / 1000).append('.');
        long rest = micros % 1000;
        if (rest < 100) {
            out.append('0');
        }
        if (rest < 10) {
            out.append('0');
        }
        out.append(rest);
    }
}
