package dev.hearth.runtime;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the payloads that the invoker sends. */
final class Fields {
    private Fields() {}

    static Init init(ByteBuffer in) {
        in.get();
        String function = string(in);
        String revision = string(in);
        String namespace = string(in);
        string(in);
        int memoryMib = in.getInt();
        String code = string(in);
        String handler = string(in);
        String entry = string(in);
        int count = Short.toUnsignedInt(in.getShort());
        Map<String, String> environment = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            environment.put(string(in), string(in));
        }
        Program program = new Program(code, handler, entry);
        if (!in.hasRemaining()) {
            return new Init(function, revision, namespace, memoryMib, program, environment, 1, "");
        }
        int concurrency = Math.max(1, Short.toUnsignedInt(in.getShort()));
        String value = new String(bytes(in, in.getInt()), StandardCharsets.UTF_8);
        return new Init(function, revision, namespace, memoryMib, program, environment, concurrency, value);
    }

    static RunHead run(ByteBuffer in) {
        long deadline = in.getLong();
        String id = string(in);
        String contentType = string(in);
        ByteBuffer headers = ByteBuffer.wrap(bytes(in, in.getInt()));
        return new RunHead(deadline, id, contentType, headers, in.get() == 1);
    }

    static String string(ByteBuffer in) {
        return new String(bytes(in, Short.toUnsignedInt(in.getShort())), StandardCharsets.UTF_8);
    }

    static byte[] rest(ByteBuffer in) {
        return bytes(in, in.remaining());
    }

    private static byte[] bytes(ByteBuffer in, int size) {
        if (size < 0 || size > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[size];
        in.get(bytes);
        return bytes;
    }

    /**
     * The function that the process is to hold.
     *
     * @param function its name
     * @param revision what hello says from now on
     * @param namespace it lies in
     * @param memoryMib limits.memory
     * @param program where its code is
     * @param environment variables, secrets among them
     * @param concurrency calls at a time
     * @param value JSON for its constructor; empty when it has none
     */
    record Init(
            String function,
            String revision,
            String namespace,
            int memoryMib,
            Program program,
            Map<String, String> environment,
            int concurrency,
            String value) {}

    /**
     * The code of the function.
     *
     * @param folder it lies in; empty when that is in the image
     * @param handler what to call; empty for the default
     * @param entry name of its only file; empty for an archive
     */
    record Program(String folder, String handler, String entry) {}

    /**
     * What precedes the body of an event.
     *
     * @param deadlineMs Unix epoch, ms
     * @param invocationId of the call
     * @param contentType of the event
     * @param headers lines {@code name: value}; nobody moves its position
     * @param more whether data frames follow
     */
    record RunHead(long deadlineMs, String invocationId, String contentType, ByteBuffer headers, boolean more) {}
}
