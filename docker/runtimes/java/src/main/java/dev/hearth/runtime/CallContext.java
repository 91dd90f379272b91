package dev.hearth.runtime;

import dev.hearth.function.Context;
import dev.hearth.function.Logger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a handler is told of its call. */
final class CallContext implements Context {
    private final Fields.Init init;
    private final Path code;
    private final Fields.RunHead head;
    private final byte[] body;
    private final Clock clock;
    private @Nullable Map<String, String> headers;

    CallContext(Fields.Init init, Path code, Fields.RunHead head, byte[] body, Clock clock) {
        this.init = init;
        this.code = code;
        this.head = head;
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
    public Logger logger() {
        return Lines.LOGGER;
    }

    @Override
    public String toString() {
        return "Context of " + init.function() + " " + head.invocationId();
    }

    /** Writes to what System.err is at the time. */
    private static final class Lines implements Logger {
        static final Logger LOGGER = new Lines();

        @Override
        public void info(String line) {
            System.err.println("INFO " + line);
        }

        @Override
        public void warn(String line) {
            System.err.println("WARN " + line);
        }

        @Override
        public void error(String line) {
            System.err.println("ERROR " + line);
        }
    }
}
