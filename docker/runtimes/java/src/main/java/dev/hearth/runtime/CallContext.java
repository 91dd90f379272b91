package dev.hearth.runtime;

import dev.hearth.function.Context;
import dev.hearth.function.Logger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a handler is told of its call. */
final class CallContext implements Context {
    private static final Path TEMPORARY = Path.of("/tmp");

    private final Fields.Init init;
    private final Path code;
    private final @Nullable Object value;
    private final Fields.RunHead head;
    private final @Nullable CallScope scope;
    private final byte[] body;
    private final Clock clock;
    private @Nullable Map<String, String> headers;

    CallContext(Fields.Init init, Path code, @Nullable Object value, Call call, byte[] body, Clock clock) {
        this.init = init;
        this.code = code;
        this.value = value;
        this.head = call.head;
        this.scope = call.scope();
        this.body = body;
        this.clock = clock;
    }

    @Override
    public String invocationId() {
        return head.invocationId();
    }

    @Override
    public String function() {
        return init.function();
    }

    @Override
    public String revision() {
        return init.revision();
    }

    @Override
    public String namespace() {
        return init.namespace();
    }

    @Override
    public int memoryMib() {
        return init.memoryMib();
    }

    @Override
    public Instant deadline() {
        return Instant.ofEpochMilli(head.deadlineMs());
    }

    @Override
    public long remainingMs() {
        return Math.max(0, head.deadlineMs() - clock.millis());
    }

    @Override
    public String contentType() {
        return head.contentType();
    }

    @Override
    public Map<String, String> headers() {
        Map<String, String> known = headers;
        if (known == null) {
            known = Headers.parse(head.headers());
            headers = known;
        }
        return known;
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public Path code() {
        return code;
    }

    @Override
    public @Nullable Object init() {
        return value;
    }

    @Override
    public Path scratch() {
        return scope == null ? TEMPORARY : scope.folder();
    }

    @Override
    public Logger logger() {
        return new Lines(scope);
    }

    @Override
    public String toString() {
        return "Context of " + init.function() + " " + head.invocationId();
    }

    /**
     * Writes to what System.err is at the time, or to the lines of one of several calls, whatever thread it is used on.
     *
     * @param scope of that call
     */
    private record Lines(@Nullable CallScope scope) implements Logger {
        @Override
        public void info(String line) {
            write("INFO " + line);
        }

        @Override
        public void warn(String line) {
            write("WARN " + line);
        }

        @Override
        public void error(String line) {
            write("ERROR " + line);
        }

        private void write(String line) {
            boolean sent =
                    scope != null && scope.lines(CallScope.ERR).line((line + "\n").getBytes(StandardCharsets.UTF_8));
            if (!sent) {
                System.err.println(line);
            }
        }
    }
}
